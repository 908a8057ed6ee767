#include "observed.hpp"

#include "../../executors/aten/resize.hpp"
#include "../image_moments.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>

#include <torch/types.h>

#include <algorithm>

namespace cortexpr {

namespace {

/// A map (B, C, H, W) as one step of a recording.
at::Tensor as_recording(const at::Tensor& map) { return map.dim() == 4 ? map.unsqueeze(1) : map; }

at::Tensor fitted(const at::Tensor& recording, pool_mode pool, const plan::map_shape& to) {
    const auto maps = executors::fitted(recording.flatten(0, 1), pool, to.height, to.width);
    return maps.unflatten(0, {recording.size(0), recording.size(1)});
}

}  // namespace

moments moments_of(const at::Tensor& signal) {
    const image_moments found(signal);  // (T, C, H, W)
    const auto by_step = found.variance.mean({1, 2, 3});
    auto counted = by_step > 1e-9 * by_step.max().clamp_min(1e-30);
    if (!counted.any().item<bool>()) counted = at::ones_like(counted);
    const auto steps = counted.nonzero().flatten();
    const auto seen = steps.size(0) == signal.size(1) ? signal : signal.index_select(1, steps);
    // What differs between images, and what between positions and steps.
    const auto variance = found.variance.index_select(0, steps).mean({0, 2, 3}) +
                          found.mean.index_select(0, steps).var(at::IntArrayRef{0, 2, 3}, /*unbiased=*/false);
    return {seen.mean({0, 1, 3, 4}), variance.sqrt().to(signal.scalar_type())};
}

observed::observed(network_module& network, const at::Tensor& inputs, int steps) : plan_(network.plan()) {
    run_request request;
    if (!is_sequence(inputs)) request.steps = steps;
    request.record_states.assign(plan_.types.size(), true);
    request.record_outputs.assign(plan_.areas.size(), true);
    for (const auto& area : plan_.areas) request.record_feedback.push_back(plan::hears_feedback(area));
    run_ = network.run(inputs, request);
    stimuli_.push_back(as_recording(inputs));
    for (std::size_t area = 1; area < plan_.areas.size(); ++area)
        stimuli_.push_back(fitted(run_.outputs[area - 1], plan_.pool, plan_.areas[area].input));
}

bool observed::is_bounded() const {
    constexpr double most = 1e6;  // squares and sums of more may overflow
    const auto holds = [](const at::Tensor& one) {
        return !one.defined() || one.numel() == 0 || one.abs().max().item<double>() < most;  // not so for NaN
    };
    return std::ranges::all_of(run_.states, holds) && std::ranges::all_of(run_.outputs, holds) &&
           std::ranges::all_of(run_.feedback, holds);
}

at::Tensor observed::source_of(const plan::edge& edge) const {
    switch (edge.from) {
        case plan::edge::source::stimulus:
            return stimuli_[plan::index(edge.area)];
        case plan::edge::source::top_down:
            return run_.feedback[plan::index(edge.area)];
        default:
            return run_.states[plan::index(edge.presynaptic)];
    }
}

}  // namespace cortexpr
