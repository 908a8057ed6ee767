#include "projection.hpp"

#include "../aten/linear.hpp"

#include <ATen/ops/zeros.h>

namespace cortexpr::executors {

namespace {

/// A bias by channel, in a shape that broadcasts over (T, channels, B).
at::Tensor by_channel(const at::Tensor& bias) { return bias.reshape({1, -1, 1}); }

/// sum over entries of weight x from[source] into target: (T, targets, B).
at::Tensor sparse_sum(const at::Tensor& weight, const at::Tensor& from, const at::Tensor& source,
                      const at::Tensor& target, std::int64_t targets) {
    const auto products = weight.reshape({1, -1, 1}) * from.index_select(1, source);
    return at::zeros({from.size(0), targets, from.size(2)}, from.options()).index_add(1, target, products);
}

/// weight (targets, sources) times from (T, sources, B), plus a bias: (T, targets, B).
at::Tensor dense_sum(const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& from) {
    const auto none = at::zeros({weight.size(0)}, weight.options());
    const auto units = from.transpose(1, 2).flatten(0, 1);
    const auto sums = linear(units, weight, bias.defined() ? bias : none);
    return sums.unflatten(0, {from.size(0), from.size(2)}).transpose(1, 2);
}

}  // namespace

at::Tensor drive_of(const projection_operands& stimulus, const at::Tensor& inputs) {
    if (stimulus.kind == projection_kind::sparse) {
        const auto drive =
            has_kernels_for(stimulus.lines.get(), stimulus.weight)
                ? product_of(stimulus.lines, stimulus.weight, inputs)
                : sparse_sum(stimulus.weight, inputs, stimulus.channels, stimulus.cells, stimulus.cell_count);
        return stimulus.bias.defined() ? drive + by_channel(stimulus.bias) : drive;
    }
    auto arriving =
        stimulus.kind == projection_kind::dense ? dense_sum(stimulus.weight, stimulus.bias, inputs) : inputs;
    if (stimulus.is_every_cell) return arriving;
    auto drive = at::zeros({inputs.size(0), stimulus.cell_count, inputs.size(2)}, inputs.options());
    return drive.index_copy_(1, stimulus.cells, arriving);
}

at::Tensor outputs_of(const projection_operands& output, const at::Tensor& states) {
    if (output.kind == projection_kind::sparse) {
        const auto read = has_kernels_for(output.lines.get(), output.weight)
                              ? product_of(output.lines, output.weight, states)
                              : sparse_sum(output.weight, states, output.cells, output.channels, output.size);
        return output.bias.defined() ? read + by_channel(output.bias) : read;
    }
    const auto read = output.is_every_cell ? states : states.index_select(1, output.cells);
    return output.kind == projection_kind::dense ? dense_sum(output.weight, output.bias, read) : read;
}

}  // namespace cortexpr::executors
