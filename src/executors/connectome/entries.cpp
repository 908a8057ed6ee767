#include "entries.hpp"

#include "../aten/addressable.hpp"
#include "../aten/index_tensor.hpp"
#include "../autograd_node.hpp"
#include "../device_kernels.hpp"
#include "device_lines.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace cortexpr::executors {

namespace {

using list = std::vector<std::int32_t>;

entry_reader::groups grouped(const list& entries, std::int32_t count, at::Device device) {
    const auto index = [](std::int32_t number) { return static_cast<std::size_t>(number); };
    list starts(index(count) + 1);
    for (const auto entry : entries) ++starts[index(entry) + 1];
    const bool is_permutation = std::all_of(starts.begin() + 1, starts.end(), [](auto one) { return one == 1; });
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    auto next = starts;
    list order(entries.size());
    for (std::size_t reader = 0; reader < entries.size(); ++reader)
        order[index(next[index(entries[reader])]++)] = static_cast<std::int32_t>(reader);
    entry_reader::groups made{.entries = count, .is_permutation = is_permutation};
    made.order = uploaded(std::move(order), device);
    if (is_permutation) return made;
    list chunk_starts, group_starts{0};
    for (std::int32_t entry = 0; entry < count; ++entry) {
        for (auto first = starts[index(entry)]; first < starts[index(entry) + 1];
             first += kernels::cuda::items_of_chunk)
            chunk_starts.push_back(first);
        group_starts.push_back(static_cast<std::int32_t>(chunk_starts.size()));
    }
    made.chunks = static_cast<std::int32_t>(chunk_starts.size());
    chunk_starts.push_back(static_cast<std::int32_t>(entries.size()));
    made.chunk_starts = uploaded(std::move(chunk_starts), device);
    made.group_starts = uploaded(std::move(group_starts), device);
    return made;
}

at::Tensor sums_by_entry(const device_kernels& kernels, const entry_reader::groups& groups, const at::Tensor& of,
                         at::IntArrayRef shape) {
    const auto from = addressable(of);
    auto sums = at::empty(shape, from.options());
    const auto* values = from.const_data_ptr<float>();
    if (groups.is_permutation) {
        reorder(kernels, from, list_in<std::int32_t>(groups.order), sums);
        return sums;
    }
    auto partial = at::empty({groups.chunks}, from.options());
    launch(kernels, kernels.group_sums,
           kernels::cuda::group_sums_job{.groups = groups.entries,
                                         .chunks = groups.chunks,
                                         .order = list_in<std::int32_t>(groups.order),
                                         .chunk_starts = list_in<std::int32_t>(groups.chunk_starts),
                                         .group_starts = list_in<std::int32_t>(groups.group_starts),
                                         .from = values,
                                         .partial = partial.mutable_data_ptr<float>(),
                                         .to = sums.mutable_data_ptr<float>()},
           from.device());
    return sums;
}

/// One reading, for its backward pass.
struct reading {
    std::shared_ptr<const entry_reader::groups> groups;
    std::vector<std::int64_t> shape;
};

class read_function : public torch::autograd::Function<read_function> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& values,
                              const at::Tensor& index, std::shared_ptr<const entry_reader::groups> groups) {
        save_run(*context, std::make_shared<reading>(std::move(groups), values.sizes().vec()));
        return values.index_select(0, index);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto one = run_of_backward_pass<reading>(*context, "planned");
        return {sums_by_entry(kernels_again(arriving[0].device()), *one->groups, arriving[0], one->shape), at::Tensor(),
                at::Tensor()};
    }
};

}  // namespace

entry_reader::entry_reader(const std::vector<std::int32_t>& entries, std::int32_t count, at::Device device,
                           bool adds_in_order)
    : index_(index_tensor(entries, device)) {
    if (adds_in_order && kernels_on(device) != nullptr)
        groups_ = std::make_shared<const groups>(grouped(entries, count, device));
}

at::Tensor entry_reader::read(const at::Tensor& values) const {
    if (!index_.defined()) return values;
    const bool is_trained = values.requires_grad() && at::GradMode::is_enabled();
    if (groups_ == nullptr || !is_trained || values.scalar_type() != at::kFloat ||
        kernels_on(values.device()) == nullptr)
        return values.index_select(0, index_);
    return read_function::apply(values, index_, groups_);
}

}  // namespace cortexpr::executors
