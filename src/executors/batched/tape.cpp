#include "tape.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <ranges>
#include <utility>

namespace cortexpr::executors::batched {

namespace {

/// Whether tensors lie one after another in one block of memory, each without gaps.
bool are_adjacent(const std::vector<at::Tensor>& tensors) {
    const auto& first = tensors.front();
    if (!first.is_non_overlapping_and_dense()) return false;
    for (std::size_t i = 1; i < tensors.size(); ++i)
        if (!tensors[i].is_alias_of(first) || tensors[i].sizes() != first.sizes() ||
            tensors[i].strides() != first.strides() ||
            tensors[i].storage_offset() != first.storage_offset() + static_cast<std::int64_t>(i) * first.numel())
            return false;
    return true;
}

/// The parts by image, if they cover all images of a value once each; else none.
std::vector<at::Tensor> images_in_order(std::vector<cell::part> parts, const at::Tensor& value) {
    std::ranges::sort(parts, {}, &cell::part::first_image);
    std::vector<at::Tensor> images;
    std::int64_t next = 0;
    for (const auto& part : parts) {
        if (part.first_image != next || part.adjoint.sizes().slice(1) != value.sizes().slice(1)) return {};
        next += part.adjoint.size(0);
        images.push_back(part.adjoint);
    }
    return next == value.size(0) ? images : std::vector<at::Tensor>{};
}

/// Adds in place only to what was made here: what arrived belongs to others too.
class adjoint_sum {
  public:
    explicit adjoint_sum(const at::Tensor& value) : value_(value) {}

    void add_whole(const at::Tensor& adjoint) {
        if (!sum_.defined()) {
            sum_ = adjoint;
        } else if (is_own_) {
            sum_.add_(adjoint);
        } else {
            own(sum_.add(adjoint));
        }
    }
    void add_part(const cell::part& part) {
        if (!is_own_) own(sum_.defined() ? sum_.clone() : at::zeros_like(value_));
        auto into = sum_.narrow(0, part.first_image, part.adjoint.size(0));
        if (into.dim() > 1) into = into.narrow(1, part.first_channel, part.adjoint.size(1));
        into.add_(part.adjoint);
    }
    /// Begins with what nothing else holds.
    void own(at::Tensor made) {
        sum_ = std::move(made);
        is_own_ = true;
    }
    const at::Tensor& sum() const { return sum_; }

  private:
    const at::Tensor& value_;
    at::Tensor sum_;
    bool is_own_ = false;
};

/// In one pass, of tensors that are adjacent.
at::Tensor sum_of_adjacent(const std::vector<at::Tensor>& tensors) {
    const auto& first = tensors.front();
    const auto rows = first.as_strided({static_cast<std::int64_t>(tensors.size()), first.numel()}, {first.numel(), 1},
                                       first.storage_offset());
    return rows.sum(0).as_strided(first.sizes(), first.strides());
}

at::Tensor sum_of(const std::vector<cell::part>& parts, const at::Tensor& value) {
    adjoint_sum sum(value);
    std::vector<at::Tensor> whole;  // steps arrive from the last one on, and lie from the first one on
    for (const auto& part : parts | std::views::reverse)
        if (part.adjoint.sizes() == value.sizes()) whole.push_back(part.adjoint);
    if (whole.size() > 2 && are_adjacent(whole)) {
        sum.own(sum_of_adjacent(whole));
    } else {
        for (const auto& one : whole) sum.add_whole(one);
    }
    for (const auto& part : parts)
        if (part.adjoint.sizes() != value.sizes()) sum.add_part(part);
    return sum.sum();
}

}  // namespace

at::Tensor channels_last(const at::Tensor& map) {
    return map.dim() == 4 ? map.contiguous(at::MemoryFormat::ChannelsLast) : map;
}

at::Tensor joined(const std::vector<at::Tensor>& tensors) {
    if (tensors.size() == 1) return tensors.front();
    if (!are_adjacent(tensors)) return channels_last(at::cat(tensors));
    const auto& first = tensors.front();
    auto sizes = first.sizes().vec(), strides = first.strides().vec();
    strides.front() = first.numel() / sizes.front();
    sizes.front() *= static_cast<std::int64_t>(tensors.size());
    return first.as_strided(sizes, strides, first.storage_offset());
}

at::Tensor new_map(at::IntArrayRef sizes, const at::TensorOptions& options) {
    return at::empty(sizes, options, at::MemoryFormat::ChannelsLast);
}

void cell::receive(const at::Tensor& adjoint, std::int64_t first_image, std::int64_t first_channel) {
    if (needs_grad_) arrived_.push_back({adjoint.to(value_.scalar_type()), first_image, first_channel});
}

at::Tensor cell::take_adjoint() {
    const auto parts = std::exchange(arrived_, {});
    if (parts.empty()) return {};
    if (auto images = images_in_order(parts, value_); !images.empty()) return joined(images);
    return channels_last(sum_of(parts, value_));
}

slice::slice(const variable& whole) : of(whole) {
    if (whole == nullptr) return;
    images = whole->value().size(0);
    which = {0, whole->value().size(1)};
}

at::Tensor slice::value() const {
    auto map = of->value();
    if (images != map.size(0)) map = map.narrow(0, first_image, images);
    return which.count == map.size(1) ? map : map.narrow(1, which.first, which.count);
}

at::Tensor step_memory::at(int step) {
    if (!is_shared_) return new_map(sizes_, options_);
    if (!whole_.defined()) {
        auto sizes = sizes_;
        sizes.front() *= steps_;
        whole_ = new_map(sizes, options_);
    }
    return whole_.narrow(0, step * sizes_.front(), sizes_.front());
}

}  // namespace cortexpr::executors::batched
