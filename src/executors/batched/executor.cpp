#include "executor.hpp"

#include "../initial_values.hpp"
#include "../aten/precision.hpp"
#include "../autograd_node.hpp"
#include "time_loop.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace cortexpr::executors {

namespace {

using batched::channels_last;
using batched::run_inputs;
using batched::run_results;
using batched::variable;
using torch::autograd::variable_list;

/// One run, shared by both directions.
struct batched_run {
    batched_run(const plan::network& network, batched::program_request request)
        : plan(network), program(plan, std::move(request)) {}

    plan::network plan;  ///< a copy: the way back may outlive the module
    batched::program program;
    run_extent extent;
    cortexpr::precision precision = cortexpr::precision::float32;
    batched::result_request asked;
    at::ScalarType type = at::kFloat;  ///< of results
    run_inputs<at::Tensor> inputs;     ///< until the forward pass
    std::unique_ptr<batched::tape> tape;
    std::unique_ptr<batched::time_loop> loop;
    run_inputs<variable> values;
    run_results<batched::result> results;
};

/// Steps of features come first, those of recordings where the caller wants them.
std::int64_t step_dimension(const batched_run& run, const batched::result& one) {
    return &one == &run.results.features ? 0 : run.extent.time_dimension;
}

at::Tensor part_of(const batched_run& run, const batched::result& one, const at::Tensor& whole, std::size_t part) {
    return one.is_stacked ? whole.select(step_dimension(run, one), static_cast<std::int64_t>(part)) : whole;
}

at::Tensor tensor_of(const batched_run& run, const batched::result& one, at::TensorOptions options) {
    std::vector<std::int64_t> sizes{run.extent.batch, one.shape.channels, one.shape.height, one.shape.width};
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
run_inputs<variable> values_of(run_inputs<at::Tensor>& inputs, const batched::tape& tape) {
    run_inputs<variable> values;
    values.weights.resize(inputs.weights.size());
    values.biases.resize(inputs.biases.size());
    values.map_biases.resize(inputs.map_biases.size());
    values.output_biases.resize(inputs.output_biases.size());
    values.rates.resize(inputs.rates.size());
    values.feedback_weights.resize(inputs.feedback_weights.size());
    values.feedback_biases.resize(inputs.feedback_biases.size());
    values.states.resize(inputs.states.size());
    values.outputs.resize(inputs.outputs.size());
    values.feedback.resize(inputs.feedback.size());
    std::vector<variable> all;
    inputs.for_each([&](const at::Tensor& one) {
        all.push_back(one.defined() ? tape.made(one.detach(), one.requires_grad()) : nullptr);
    });
    auto next = all.begin();
    values.for_each([&next](variable& one) { one = *next++; });
    return values;
}

class batched_function : public torch::autograd::Function<batched_function> {
  public:
    /// Inputs: those of run->inputs that are defined. Outputs: the results that are asked for.
    static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                                 std::shared_ptr<batched_run> run) {
        const convolution_precision precision(run->precision);
        const bool needs_gradient = std::ranges::any_of(inputs, [](const auto& one) { return one.requires_grad(); });
        run->tape = std::make_unique<batched::tape>(needs_gradient);
        run->values = values_of(run->inputs, *run->tape);
        run->inputs = {};
        run->loop = std::make_unique<batched::time_loop>(run->program, *run->tape, run->values, run->extent.batch);
        run->results = run->loop->run(run->asked);
        variable_list given;
        run->results.for_each([&](const batched::result& one) {
            if (!one.parts.empty()) given.push_back(tensor_of(*run, one, inputs.front().options()));
        });
        context->save_for_backward(inputs.vec());
        context->set_materialize_grads(false);
        if (needs_gradient) keep_run(*context, run);
        return given;
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& arriving) {
        const auto run = run_to_walk_back<batched_run>(*context, "batched");
        const auto inputs = context->get_saved_variables();
        const convolution_precision precision(run->precision);
        auto next = arriving.begin();
        run->results.for_each([&](const batched::result& one) {
            if (one.parts.empty()) return;
            const auto& adjoint = *next++;
            for (std::size_t i = 0; adjoint.defined() && i < one.parts.size(); ++i)
                if (one.parts[i].is_wanted()) one.parts[i].receive(channels_last(part_of(*run, one, adjoint, i)));
        });
        run->tape->walk_back();
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
    std::vector<std::vector<at::Tensor>> parts(schedule.maps.size());
    std::vector<bool> is_given(schedule.maps.size());
    for (std::size_t type = 0; type < states.size(); ++type) {
        const auto map = static_cast<std::size_t>(schedule.map_of_type[type]);
        const auto& shape = plan.types[type].shape;
        is_given[map] = is_given[map] || states[type].defined();
        parts[map].push_back(states[type].defined()
                                 ? states[type]
                                 : at::zeros({batch, shape.channels, shape.height, shape.width}, options));
    }
    std::vector<at::Tensor> maps(schedule.maps.size());
    for (std::size_t map = 0; map < maps.size(); ++map)
        if (is_given[map]) maps[map] = at::cat(parts[map], 1);
    return maps;
}

struct start_values {
    std::vector<at::Tensor> states, outputs, feedback;
};

start_values starts_of(const plan::network& plan, const run_request& request, std::int64_t batch,
                       const at::TensorOptions& options, const at::Generator& draws) {
    constexpr auto zeros = zero_starts::left_out;
    start_values starts;
    starts.states = initial_states(plan, request, batch, options, draws, zeros);
    starts.outputs = initial_outputs(plan, request, batch, options, draws, zeros);
    starts.feedback = initial_feedback(plan, request, batch, options, draws, zeros);
    return starts;
}

batched::program_request program_request_of(const run_request& request, const run_extent& extent,
                                            const start_values& starts) {
    batched::program_request wanted{
        .steps = extent.steps, .is_sequence = extent.is_sequence, .reads = request.reads(), .starts_at_zero = {}};
    for (const auto& state : starts.states) wanted.starts_at_zero.push_back(!state.defined());
    return wanted;
}

/// Everything in the layout and type in which the time loop computes; differentiable.
run_inputs<at::Tensor> inputs_of(const batched_run& run, parameter_list parameters, const at::Tensor& input,
                                 const start_values& starts) {
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
    if (run.extent.is_sequence)
        all.stimulus = (run.extent.time_dimension == 1 ? input.transpose(0, 1) : input).flatten(0, 1);
    all.stimulus = in_layout(all.stimulus);
    pack_parameters(all, run.program, parameters, type);
    all.states = all_in_layout(states_by_map(run.program.schedule(), starts.states, run.plan, run.extent.batch,
                                             input.options().requires_grad(false)));
    all.outputs = all_in_layout(starts.outputs);
    all.feedback = all_in_layout(starts.feedback);
    return all;
}

at::Tensor logits_of(const plan::readout& head, parameter_list parameters, const at::Tensor& features,
                     const at::Generator& dropout, bool all_steps) {
    std::vector<at::Tensor> logits;
    for (std::int64_t step = 0; step < features.size(0); ++step)
        logits.push_back(read_out(head, parameters, features.select(0, step).flatten(1), dropout));
    return all_steps ? at::stack(logits) : logits.front();
}

}  // namespace

run_result run_batched(const plan::network& plan, parameter_list parameters, const at::Tensor& input,
                       const run_request& request, const run_extent& extent, const at::Generator& draws, bool training,
                       precision precision) {
    const auto starts = starts_of(plan, request, extent.batch, input.options().requires_grad(false), draws);
    auto run = std::make_shared<batched_run>(plan, program_request_of(request, extent, starts));
    run->extent = extent;
    run->precision = precision;
    run->type = input.scalar_type();
    run->asked = {.answer = !request.answer_only || !plan.is_classifier(), .features = plan.is_classifier()};
    run->inputs = inputs_of(*run, parameters, input, starts);
    std::vector<at::Tensor> inputs;
    run->inputs.for_each([&inputs](const at::Tensor& one) {
        if (one.defined()) inputs.push_back(one);
    });
    auto given = batched_function::apply(at::TensorList(inputs), run);

    auto next = given.begin();
    const auto taken = [&next](const batched::result& one) { return one.parts.empty() ? at::Tensor() : *next++; };
    const auto all_taken = [&taken](const std::vector<batched::result>& list) {
        std::vector<at::Tensor> tensors;
        for (const auto& one : list) tensors.push_back(taken(one));
        return tensors;
    };
    run_result result;
    result.states = all_taken(run->results.states);
    result.final_states = all_taken(run->results.final_states);
    result.outputs = all_taken(run->results.outputs);
    result.feedback = all_taken(run->results.feedback);
    result.output = taken(run->results.answer);
    const auto features = taken(run->results.features);
    if (plan.is_classifier())
        result.logits =
            logits_of(plan.readout, parameters, features, training ? draws : at::Generator(), request.all_logits);
    return result;
}

}  // namespace cortexpr::executors
