#include "equations.hpp"

#include "nonlinearity.hpp"
#include "resize.hpp"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>

namespace cortexpr::executors {

namespace {

at::Tensor at_index(parameter_list parameters, int index) {
    return index < 0 ? at::Tensor() : parameters[static_cast<std::size_t>(index)];
}

at::Tensor convolved(const at::Tensor& map, const at::Tensor& weight, const at::Tensor& bias, extent extent, int stride,
                     int groups) {
    const std::array<std::int64_t, 2> strides{stride, stride}, padding{extent.height / 2, extent.width / 2};
    return at::conv2d(map, weight, bias, strides, padding, /*dilation=*/1, groups);
}

/// Keeps each unit with probability 1 - p, scaled by 1 / (1 - p). Drawn where the generator lives: from that of a
/// network, on the CPU, devices agree.
at::Tensor dropped_out(const at::Tensor& units, double p, const at::Generator& generator) {
    auto kept = at::empty(units.sizes(), units.options().device(generator.device()));
    kept.bernoulli_(1 - p, generator).div_(1 - p);
    return units.mul(kept.to(units.device()));
}

}  // namespace

at::Tensor carried(const plan::edge& edge, parameter_list parameters, const at::Tensor& source) {
    const auto map = edge.upsample ? interpolated(source, edge.output.height, edge.output.width) : source;
    return apply(edge.nonlinearity, convolved(map, at_index(parameters, edge.weight), at_index(parameters, edge.bias),
                                              edge.extent, edge.stride, edge.groups));
}

at::Tensor carried(const plan::feedback_edge& edge, parameter_list parameters, const at::Tensor& output) {
    return apply(edge.nonlinearity, convolved(interpolated(output, edge.output.height, edge.output.width),
                                              at_index(parameters, edge.weight), at_index(parameters, edge.bias),
                                              edge.extent, /*stride=*/1, /*groups=*/1));
}

void accumulate(at::Tensor& sum, int sign, const at::Tensor& term) {
    if (!sum.defined()) {
        sum = sign > 0 ? term : term.neg();
    } else {
        sum = sign > 0 ? sum.add(term) : sum.sub(term);
    }
}

at::Tensor next_state(const plan::neuron_type& type, const at::Tensor& rate, const at::Tensor& drive,
                      const at::Tensor& state) {
    // lerp is h + (f - h) / tau, the same in one pass over the map.
    return at::lerp(state, apply(type.nonlinearity, drive), rate);
}

at::Tensor features_of(const plan::readout& head, const at::Tensor& output) {
    return pooled(output, head.pool, head.pool_height, head.pool_width).flatten(1);
}

at::Tensor read_out(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                    const at::Generator& dropout) {
    auto units =
        at::relu(at::linear(features, at_index(parameters, head.weight[0]), at_index(parameters, head.bias[0])));
    if (dropout.defined() && head.dropout > 0) units = dropped_out(units, head.dropout, dropout);
    return at::linear(units, at_index(parameters, head.weight[1]), at_index(parameters, head.bias[1]));
}

}  // namespace cortexpr::executors
