#include "reference_initialisation.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <cmath>

namespace cortexpr {

namespace {

/// Inputs that one unit of the parameter's layer sums.
std::int64_t fan_in(const plan::network& plan, const plan::parameter& parameter) {
    using role = plan::parameter::role;
    const auto owner = static_cast<std::size_t>(parameter.owner);
    int weight = -1;
    switch (parameter.is) {
        case role::edge_weight:
        case role::edge_bias:
            weight = plan.edges[owner].weight;
            break;
        case role::feedback_weight:
        case role::feedback_bias:
            weight = plan.feedback[owner].weight;
            break;
        default:
            weight = plan.readout.weight[owner];
    }
    const auto& layer = plan.parameters[static_cast<std::size_t>(weight)];
    return layer.size() / layer.shape[0];
}

/// A number comes with the reference's noise, by which equal time constants part. Projection lifts what is below 1.
void draw_time_constants(at::Tensor& tau, const tau_start& start, const at::Generator& draws) {
    switch (start.from) {
        case tau_start::source::number:
            tau.uniform_(0, 1e-6, draws).add_(start.first);
            break;
        case tau_start::source::uniform:
            tau.uniform_(start.first, start.second, draws);
            break;
        case tau_start::source::normal:
            tau.normal_(start.first, start.second, draws);
            break;
    }
}

}  // namespace

void draw_as_reference(const plan::network& plan, std::span<const at::Tensor> parameters, std::uint64_t seed) {
    const at::NoGradGuard no_grad;
    const auto draws = at::detail::createCPUGenerator(seed);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& parameter = plan.parameters[i];
        auto drawn = at::empty(parameters[i].sizes(), at::TensorOptions().dtype(at::kDouble));
        if (parameter.is == plan::parameter::role::tau) {
            draw_time_constants(drawn, plan.types[static_cast<std::size_t>(parameter.owner)].initial_tau, draws);
        } else {
            const double bound = 1 / std::sqrt(static_cast<double>(fan_in(plan, parameter)));
            drawn.uniform_(-bound, bound, draws);
        }
        parameters[i].copy_(drawn);
    }
}

}  // namespace cortexpr
