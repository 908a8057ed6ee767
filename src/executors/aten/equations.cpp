#include "equations.hpp"

#include "convolution.hpp"
#include "nonlinearity.hpp"
#include "resize.hpp"

#include <ATen/ops/lerp.h>

namespace cortexpr::executors {

namespace {

at::Tensor at_index(parameter_list parameters, int index) {
    return index < 0 ? at::Tensor() : parameters[static_cast<std::size_t>(index)];
}

}  // namespace

at::Tensor edge_term(const plan::edge& edge, parameter_list parameters, const at::Tensor& source,
                     cortexpr::precision precision) {
    const auto map = edge.upsample ? interpolated(source, edge.output.height, edge.output.width) : source;
    return apply(edge.nonlinearity, convolution(map, at_index(parameters, edge.weight), at_index(parameters, edge.bias),
                                                edge.stride, edge.groups, precision));
}

at::Tensor edge_term(const plan::feedback_edge& edge, parameter_list parameters, const at::Tensor& output,
                     cortexpr::precision precision) {
    const auto map = interpolated(output, edge.output.height, edge.output.width);
    return apply(edge.nonlinearity, convolution(map, at_index(parameters, edge.weight), at_index(parameters, edge.bias),
                                                /*stride=*/1, /*groups=*/1, precision));
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

}  // namespace cortexpr::executors
