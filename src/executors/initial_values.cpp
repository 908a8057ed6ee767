#include "initial_values.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace cortexpr::executors {

namespace {

using sizes = std::array<std::int64_t, 4>;

sizes sizes_of(const plan::map_shape& shape, std::int64_t batch) {
    return {batch, shape.channels, shape.height, shape.width};
}

/// Entry `index` of a request's vector, which is empty where nothing was asked.
at::Tensor given(const std::vector<at::Tensor>& tensors, std::size_t index) {
    return tensors.empty() ? at::Tensor() : tensors[index];
}

at::Tensor filled(fill with, const sizes& size, const at::TensorOptions& options, at::Generator draws,
                  zero_starts zeros) {
    const auto on_cpu = [&] { return at::empty(size, options.device(at::kCPU)); };
    switch (with) {
        case fill::ones:
            return at::ones(size, options);
        case fill::uniform:
            return on_cpu().uniform_(0, 1, draws).to(options.device());
        case fill::normal:
            return on_cpu().normal_(0, 1, draws).to(options.device());
        default:
            return zeros == zero_starts::made ? at::zeros(size, options) : at::Tensor();
    }
}

}  // namespace

std::vector<at::Tensor> initial_states(const plan::network& plan, const run_request& request, std::int64_t batch,
                                       const at::TensorOptions& options, at::Generator draws, zero_starts zeros) {
    std::vector<at::Tensor> states;
    for (std::size_t i = 0; i < plan.types.size(); ++i) {
        auto state = given(request.initial_states, i);
        if (!state.defined())
            state = filled(plan.types[i].initial_state, sizes_of(plan.types[i].shape, batch), options, draws, zeros);
        states.push_back(std::move(state));
    }
    return states;
}

std::vector<at::Tensor> initial_outputs(const plan::network& plan, const run_request& request, std::int64_t batch,
                                        const at::TensorOptions& options, at::Generator draws, zero_starts zeros) {
    std::vector<at::Tensor> outputs(plan.areas.size());
    for (std::size_t i = 0; plan.area_delay > 0 && i + 1 < plan.areas.size(); ++i) {
        outputs[i] = given(request.initial_outputs, i);
        if (!outputs[i].defined())
            outputs[i] =
                filled(plan.areas[i].initial_output, sizes_of(plan.areas[i].output, batch), options, draws, zeros);
    }
    return outputs;
}

std::vector<at::Tensor> initial_feedback(const plan::network& plan, const run_request& request, std::int64_t batch,
                                         const at::TensorOptions& options, at::Generator draws, zero_starts zeros) {
    std::vector<at::Tensor> feedback(plan.areas.size());
    for (std::size_t i = 0; i < plan.areas.size(); ++i) {
        if (plan.areas[i].feedback.channels == 0) continue;
        feedback[i] = given(request.initial_feedback, i);
        if (!feedback[i].defined())
            feedback[i] =
                filled(plan.areas[i].initial_feedback, sizes_of(plan.areas[i].feedback, batch), options, draws, zeros);
    }
    return feedback;
}

}  // namespace cortexpr::executors
