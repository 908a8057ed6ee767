#include "executor.hpp"

#include "../aten/precision.hpp"
#include "../autograd_node.hpp"
#include "../initial_values.hpp"
#include "time_loop.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace cortexpr::executors {

namespace {

using batched::channels_last;
using batched::run_inputs;
using batched::variable;
using torch::autograd::variable_list;

/// One run, shared by both directions.
struct batched_run {
    batched_run(const plan::network& network, plan::run run) : plan(network), program(plan, std::move(run)) {}

    plan::network plan;  ///< a copy: the backward pass may outlive the module
    batched::program program;
    std::shared_ptr<const void> plan_storage;
    std::shared_ptr<const perturbed_states> perturbed;
    run_shape shape;
    cortexpr::precision precision = cortexpr::precision::float32;
    batched::result_request requested;
    at::ScalarType type = at::kFloat;  ///< of results
    run_inputs<at::Tensor> inputs;     ///< until the forward pass
    std::unique_ptr<batched::tape> tape;
    std::unique_ptr<batched::time_loop> loop;
    run_inputs<variable> values;
    run_values<batched::result> results;
};

/// Steps of features come first, those of recordings where the caller wants them.
std::int64_t step_dimension(const batched_run& run, const batched::result& one) {
    return &one == &run.results.features ? 0 : run.shape.time_dimension;
}

at::Tensor part_of(const batched_run& run, const batched::result& one, const at::Tensor& whole, std::size_t part) {
    return one.is_stacked ? whole.select(step_dimension(run, one), static_cast<std::int64_t>(part)) : whole;
}

at::Tensor tensor_of(const batched_run& run, const batched::result& one, at::TensorOptions options) {
    std::vector<std::int64_t> sizes{run.shape.batch, one.shape.channels, one.shape.height, one.shape.width};
    if (one.is_stacked)
        sizes.insert(sizes.begin() + step_dimension(run, one), static_cast<std::int64_t>(one.parts.size()));
    auto whole = at::empty(sizes, options.dtype(run.type));
    for (std::size_t i = 0; i < one.parts.size(); ++i) {
        const auto into = part_of(run, one, whole, i);
        one.parts[i] ? into.copy_(one.parts[i].value()) : into.zero_();
    }
    return whole;
}

/// The tensors become values of the run.
run_inputs<variable> values_of(const run_inputs<at::Tensor>& inputs, const batched::tape& tape) {
    return inputs.mapped([&tape](const at::Tensor& one) {
        return one.defined() ? tape.made(one.detach(), one.requires_grad()) : variable();
    });
}

class batched_function : public torch::autograd::Function<batched_function> {
  public:
    /// Inputs: those of run->inputs that are defined. Outputs: the results that are asked for.
    static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                                 std::shared_ptr<batched_run> run) {
        const float32_precision precision(run->precision);
        const bool needs_gradient = std::ranges::any_of(inputs, [](const auto& one) { return one.requires_grad(); });
        run->tape = std::make_unique<batched::tape>(needs_gradient);
        run->values = values_of(run->inputs, *run->tape);
        run->inputs = {};
        run->loop = std::make_unique<batched::time_loop>(run->program, *run->tape, run->values, run->shape.batch,
                                                         run->perturbed.get());
        run->results = run->loop->run(run->requested);
        variable_list given;
        run->results.for_each([&](const batched::result& one) {
            if (!one.parts.empty()) given.push_back(tensor_of(*run, one, inputs.front().options()));
        });
        context->save_for_backward(inputs.vec());
        context->set_materialize_grads(false);
        if (needs_gradient) save_run(*context, run);
        return given;
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& arriving) {
        const auto run = run_of_backward_pass<batched_run>(*context, "batched");
        const auto inputs = context->get_saved_variables();
        const float32_precision precision(run->precision);
        auto next = arriving.begin();
        run->results.for_each([&](const batched::result& one) {
            if (one.parts.empty()) return;
            const auto& adjoint = *next++;
            for (std::size_t i = 0; adjoint.defined() && i < one.parts.size(); ++i)
                if (one.parts[i].needs_grad()) one.parts[i].receive(channels_last(part_of(*run, one, adjoint, i)));
        });
        run->tape->run_backward();
        variable_list gradients;
        run->values.for_each([&gradients](const variable& one) {
            if (one != nullptr) gradients.push_back(one->take_adjoint());
        });
        gradients.emplace_back();  // of the run
        return gradients;
    }
};

/// States by type as states by map; a map of zeros alone stays undefined.
std::vector<at::Tensor> states_by_map(const plan::schedule& schedule, const std::vector<at::Tensor>& states,
                                      const plan::network& plan, std::int64_t batch, const at::TensorOptions& options) {
    std::vector<at::Tensor> maps;
    for (const auto& map : schedule.maps) {
        std::vector<at::Tensor> parts;
        bool is_given = false;
        for (const int type : map.types) {
            const auto& state = states[static_cast<std::size_t>(type)];
            const auto channels = plan.types[static_cast<std::size_t>(type)].shape.channels;
            is_given = is_given || state.defined();
            parts.push_back(state.defined() ? state : at::zeros({batch, channels, map.height, map.width}, options));
        }
        maps.push_back(is_given ? at::cat(parts, 1) : at::Tensor());
    }
    return maps;
}

plan::run plan_run_of(const run_context& context, const initial_values& start) {
    plan::run run{
        .steps = context.shape.steps, .is_sequence = context.shape.is_sequence, .requested = context.requested()};
    for (const auto& state : start.states) run.starts_at_zero.push_back(!state.defined());
    for (const auto& feedback : start.feedback) run.feedback_starts_at_zero.push_back(!feedback.defined());
    return run;
}

/// Everything in the layout and type in which the time loop computes; differentiable.
run_inputs<at::Tensor> inputs_of(const batched_run& run, const run_context& context, const initial_values& start) {
    const auto& input = context.input;
    const auto type = run.precision == precision::bfloat16 ? at::kBFloat16 : input.scalar_type();
    const auto in_layout = [type](const at::Tensor& map) {
        return map.defined() ? channels_last(map.to(type)) : at::Tensor();
    };
    const auto all_in_layout = [&in_layout](std::vector<at::Tensor> maps) {
        for (auto& map : maps) map = in_layout(map);
        return maps;
    };
    run_inputs<at::Tensor> all;
    all.stimulus = input;
    if (run.shape.is_sequence)
        all.stimulus = (run.shape.time_dimension == 1 ? input.transpose(0, 1) : input).flatten(0, 1);
    all.stimulus = in_layout(all.stimulus);
    pack_parameters(all, run.program, context.parameters, type);
    all.states = all_in_layout(states_by_map(run.program.schedule(), start.states, run.plan, run.shape.batch,
                                             input.options().requires_grad(false)));
    all.outputs = all_in_layout(start.outputs);
    all.feedback = all_in_layout(start.feedback);
    return all;
}

class batched_executor final : public executor {
  public:
    run_values<at::Tensor> run(const run_context& context) override {
        const auto& plan = context.plan;
        const auto start = initial_values_of(context, zero_starts::left_out);
        auto run = std::make_shared<batched_run>(plan, plan_run_of(context, start));
        run->plan_storage = context.plan_storage;
        run->perturbed = context.perturbed;
        run->shape = context.shape;
        run->precision = context.precision;
        run->type = context.input.scalar_type();
        run->requested = {.answer = !context.request.answer_only || !plan.has_readout(),
                          .features = plan.has_readout()};
        run->inputs = inputs_of(*run, context, start);
        std::vector<at::Tensor> inputs;
        run->inputs.for_each([&inputs](const at::Tensor& one) {
            if (one.defined()) inputs.push_back(one);
        });
        const auto given = batched_function::apply(at::TensorList(inputs), run);
        return run->results.mapped([next = given.begin()](const batched::result& one) mutable {
            return one.parts.empty() ? at::Tensor() : *next++;
        });
    }
};

}  // namespace

std::shared_ptr<executor> make_batched_executor() { return std::make_shared<batched_executor>(); }

}  // namespace cortexpr::executors
