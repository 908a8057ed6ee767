#include "shown.hpp"

#include "../executors/aten/index_tensor.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/run/sequence.hpp>
#include <cortexpr/train/images_of.hpp>

#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

namespace cortexpr::workbench {

shown_examples::shown_examples(const data::labelled_images& set, const std::vector<int>& numbers)
    : set_(&set), source_(set.source) {
    if (set.is_sequence()) frames_ = set.frames;
    choose(set.count, numbers);
}

shown_examples::shown_examples(const at::Tensor& inputs, const std::vector<int>& numbers)
    : inputs_(inputs), source_("a tensor") {
    if (!inputs.defined() || (inputs.dim() != 4 && inputs.dim() != 5))
        throw usage_error("images are a tensor (B, C, H, W), or sequences (B, T, C, H, W)");
    if (is_sequence(inputs)) frames_ = static_cast<int>(inputs.size(1));
    choose(inputs.size(0), numbers);
}

void shown_examples::choose(std::int64_t there, const std::vector<int>& numbers) {
    if (numbers.empty()) {
        numbers_.resize(static_cast<std::size_t>(there));
        std::iota(numbers_.begin(), numbers_.end(), 0U);
    }
    for (const int number : numbers) {
        if (number < 0 || number >= there)
            throw usage_error(fmt::format("{} has images 0 to {}, and no image {}", source_, there - 1, number));
        numbers_.push_back(static_cast<std::uint32_t>(number));
    }
    if (numbers_.empty()) throw usage_error(fmt::format("{} holds no images", source_));
}

at::Tensor shown_examples::inputs(std::int64_t first, std::int64_t count, const trainable& network) const {
    const auto part = std::span(numbers_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    const auto chosen = [&] {
        if (set_ != nullptr) return images_of(*set_, part);
        return inputs_.index_select(0, executors::index_tensor(part, inputs_.device()));
    };
    return chosen().to(network.device(), network.dtype());
}

at::Tensor shown_examples::labels(std::int64_t first, std::int64_t count) const {
    return labels_of(*set_,
                     std::span(numbers_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
}

at::Tensor shown_examples::targets(std::int64_t first, std::int64_t count) const {
    return targets_of(*set_,
                      std::span(numbers_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
}

void shown_examples::require_shown(const std::vector<perturbation>& all) const {
    for (const auto& one : all)
        for (const int image : one.where.images)
            if (image < 0 || std::ranges::find(numbers_, static_cast<std::uint32_t>(image)) == numbers_.end())
                throw usage_error(
                    fmt::format("a perturbation names image {}, which isn't among the {} of {} that are "
                                "shown, {} to {}",
                                image, count(), source_, std::ranges::min(numbers_), std::ranges::max(numbers_)));
}

std::vector<perturbation> shown_examples::within(const std::vector<perturbation>& all, std::int64_t first,
                                                 std::int64_t count) const {
    std::vector<perturbation> here;
    for (auto one : all) {
        const auto wanted = std::exchange(one.where.images, {});
        for (std::int64_t i = 0; !wanted.empty() && i < count; ++i)
            if (std::ranges::find(wanted, static_cast<int>(numbers_[static_cast<std::size_t>(first + i)])) !=
                wanted.end())
                one.where.images.push_back(static_cast<int>(i));
        if (!wanted.empty() && one.where.images.empty()) {
            if (one.is != perturbation::kind::noise) continue;
            one.amount = 0;  // images draw the same numbers whether or not the batches before them have noise
            one.where.images = {0};
        }
        here.push_back(std::move(one));
    }
    return here;
}

void shown_examples::by_batch(int batch, const std::function<void(std::int64_t done, std::int64_t all)>& progress,
                              const std::function<void(std::int64_t first, std::int64_t count)>& show) const {
    if (batch < 1) throw usage_error(fmt::format("batches of {} examples were asked for; one holds at least 1", batch));
    for (std::int64_t first = 0; first < count(); first += batch) {
        const auto here = std::min<std::int64_t>(batch, count() - first);
        show(first, here);
        if (progress) progress(first + here, count());
    }
}

}  // namespace cortexpr::workbench
