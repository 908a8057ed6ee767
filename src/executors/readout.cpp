#include "readout.hpp"

#include "aten/linear.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>

namespace cortexpr::executors {

namespace {

/// Keeps each unit with probability 1 - p, scaled by 1 / (1 - p). Drawn where the generator lives: from that of a
/// network, on the CPU, devices agree.
at::Tensor dropped_out(const at::Tensor& units, double p, const at::Generator& generator) {
    auto mask = at::empty(units.sizes(), units.options().device(generator.device()));
    mask.bernoulli_(1 - p, generator).div_(1 - p);
    return units.mul(mask.to(units.device()));
}

/// Linear, ReLU, dropout, linear: (B, classes).
at::Tensor logits_of_step(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                          const at::Generator& dropout) {
    const auto layer = [&](const at::Tensor& units, int index) {
        return linear(units, parameters[static_cast<std::size_t>(head.weight[index])],
                      parameters[static_cast<std::size_t>(head.bias[index])]);
    };
    auto units = at::relu(layer(features, 0));
    if (dropout.defined() && head.dropout > 0) units = dropped_out(units, head.dropout, dropout);
    return layer(units, 1);
}

}  // namespace

at::Tensor logits_of(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                     const at::Generator& dropout, bool all_steps) {
    std::vector<at::Tensor> logits;
    for (std::int64_t step = 0; step < features.size(0); ++step)
        logits.push_back(logits_of_step(head, parameters, features.select(0, step).flatten(1), dropout));
    return all_steps ? at::stack(logits) : logits.front();
}

}  // namespace cortexpr::executors
