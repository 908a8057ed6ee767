#include "executor.hpp"

#include "../../kernels/cpu/timed.hpp"
#include "../aten/addressable.hpp"
#include "../autograd_node.hpp"
#include "../initial_values.hpp"
#include "../threads.hpp"
#include "backward_pass.hpp"
#include "forward_pass.hpp"
#include "saved_memory.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <variant>

namespace cortexpr::executors {

namespace {

using plan::flag;
using planned::overrides;
using planned::planes;
using planned::starts;
using planned::values;

using sizes = std::vector<std::int64_t>;

/// Which tensors stand where among the inputs and results of the autograd node.
struct node_layout {
    std::size_t parameters = 0;  ///< after the stimulus
    /// By part of the run after the first, by parameter: its index among the inputs, or -1 for that of the first part.
    std::vector<std::vector<int>> later_parameters;
    std::vector<int> states, outputs,
        feedback;  ///< by neuron type or area: index of a given start among the inputs, or -1
};

template <class Scalar>
using program_pointer = std::unique_ptr<const planned::program<Scalar>>;

/// One run, shared by both directions.
struct planned_run {
    plan::network plan;  ///< a copy: the backward pass may outlive the module
    std::shared_ptr<const void> plan_storage;
    std::shared_ptr<const perturbed_states> perturbed;
    planned::program_request request;
    run_shape shape;
    run_values<sizes> results{};
    std::vector<run_part> parts;  ///< without their parameters
    node_layout inputs;
    bool needs_gradient = false;
    std::int64_t groups = 0;  ///< of images whose gradients are added up one after another
    std::variant<program_pointer<float>, program_pointer<double>> program{};  ///< packed by the forward pass
};

/// The planes of a contiguous tensor (B, C, H, W); of one with steps, in the order of the run's layout; of features
/// (steps, B, features).
template <class Scalar>
planes<Scalar> planes_of(const at::Tensor& tensor, const run_shape& shape) {
    if (!tensor.defined()) return {};
    auto* data = const_cast<Scalar*>(tensor.const_data_ptr<std::remove_const_t<Scalar>>());
    if (tensor.dim() == 4) return {data, tensor.stride(0), 0};
    const auto time = tensor.dim() == 3 ? 0 : shape.time_dimension;
    return {data, tensor.stride(1 - time), tensor.stride(time)};
}

sizes with_steps(const plan::map_shape& map, const run_shape& shape) {
    if (shape.time_dimension == 1) return {shape.batch, shape.steps, map.channels, map.height, map.width};
    return {shape.steps, shape.batch, map.channels, map.height, map.width};
}
sizes without_steps(const plan::map_shape& map, const run_shape& shape) {
    return {shape.batch, map.channels, map.height, map.width};
}

/// The sizes of what a run gives; of what was not asked for, none.
run_values<sizes> result_sizes(const run_context& context, bool reads_final_states) {
    const auto& plan = context.plan;
    const auto& shape = context.shape;
    const auto& requested = context.request;
    run_values<sizes> all;
    for (std::size_t i = 0; i < plan.types.size(); ++i) {
        const auto& map = plan.types[i].shape;
        all.states.push_back(flag(requested.record_states, i) ? with_steps(map, shape) : sizes());
        all.final_states.push_back(reads_final_states ? without_steps(map, shape) : sizes());
    }
    for (std::size_t i = 0; i < plan.areas.size(); ++i) {
        const auto& area = plan.areas[i];
        all.outputs.push_back(flag(requested.record_outputs, i) ? with_steps(area.output, shape) : sizes());
        all.feedback.push_back(flag(requested.record_feedback, i) ? with_steps(area.feedback, shape) : sizes());
    }
    if (!requested.answer_only || !plan.has_readout()) all.output = without_steps(plan.areas.back().output, shape);
    if (plan.has_readout()) all.features = {requested.all_logits ? shape.steps : 1, shape.batch, plan.readout.features};
    return all;
}

/// Results, or what arrives for them, in the order in which autograd gives them; undefined where none was asked for.
run_values<at::Tensor> in_order(const run_values<sizes>& requested, const torch::autograd::variable_list& tensors) {
    return requested.mapped(
        [next = tensors.begin()](const sizes& one) mutable { return one.empty() ? at::Tensor() : *next++; });
}

template <class Scalar>
values<Scalar> values_of(const planned_run& run, const run_values<at::Tensor>& tensors) {
    return tensors.mapped([&run](const at::Tensor& one) { return planes_of<Scalar>(one, run.shape); });
}

/// `tensors` are those of the node's inputs, or their gradients; where one is undefined there are no planes.
template <class Scalar>
starts<Scalar> starts_of(const planned_run& run, const std::vector<at::Tensor>& tensors) {
    const auto all_of = [&](const std::vector<int>& indices) {
        std::vector<planes<Scalar>> all;
        for (const int one : indices)
            all.push_back(
                planes_of<Scalar>(one < 0 ? at::Tensor() : tensors[static_cast<std::size_t>(one)], run.shape));
        return all;
    };
    return {.stimulus = planes_of<Scalar>(tensors[0], run.shape),
            .states = all_of(run.inputs.states),
            .outputs = all_of(run.inputs.outputs),
            .feedback = all_of(run.inputs.feedback)};
}

/// Tensors (T or 1, B or 1, H, W, C) as maps by image and step.
template <class Scalar>
planes<const Scalar> broadcast_planes(const at::Tensor& tensor) {
    if (!tensor.defined()) return {};
    const auto stride = [&tensor](int dimension) { return tensor.size(dimension) == 1 ? 0 : tensor.stride(dimension); };
    return {tensor.const_data_ptr<Scalar>(), stride(1), stride(0)};
}

template <class Scalar>
overrides<Scalar> overrides_of(const planned_run& run) {
    overrides<Scalar> all;
    if (run.perturbed == nullptr) return all;
    for (const auto& one : run.perturbed->types) {
        all.push_back({.current = broadcast_planes<Scalar>(one.current),
                       .held = broadcast_planes<Scalar>(one.mask),
                       .value = broadcast_planes<Scalar>(one.value),
                       .injects = one.injects,
                       .holds = one.holds});
        for (const auto& noise : one.noise)
            all.back().noise.push_back(
                {.amount = static_cast<Scalar>(noise.deviation),
                 .amounts = noise.amounts.defined() ? noise.amounts.const_data_ptr<Scalar>() : nullptr,
                 .keys = noise.keys.const_data_ptr<std::int64_t>(),
                 .reached = noise.images,
                 .from = noise.from,
                 .to = noise.to,
                 .stream = noise.stream});
    }
    return all;
}

/// Where a part's parameter lies among the inputs.
std::size_t input_of(const planned_run& run, std::size_t part, std::size_t parameter) {
    const int own = part == 0 ? -1 : run.inputs.later_parameters[part - 1][parameter];
    return own < 0 ? 1 + parameter : static_cast<std::size_t>(own);
}

template <class Scalar>
program_pointer<Scalar> program_of(const planned_run& run, const std::vector<at::Tensor>& inputs) {
    const auto made = [&](std::size_t part) {
        std::vector<const Scalar*> parameters;
        parameters.reserve(run.inputs.parameters);
        for (std::size_t i = 0; i < run.inputs.parameters; ++i)
            parameters.push_back(inputs[input_of(run, part, i)].const_data_ptr<Scalar>());
        planned::program_part steps{.index = static_cast<int>(part)};
        if (!run.parts.empty()) {
            const auto& one = run.parts[part];
            steps = {steps.index, one.first_step, one.cut_edges, one.cut_feedback};
        }
        const auto& kernels = kernels::timed_where_asked(kernels::kernels_for_this_cpu<Scalar>());
        return std::make_unique<planned::program<Scalar>>(run.plan, run.request, parameters, kernels, steps);
    };
    auto first = made(0);
    for (std::size_t part = 1; part < run.parts.size(); ++part) first->add_part(made(part));
    return first;
}

/// Groups depend on the batch and the network alone, so that sums are the same for any number of threads
/// (docs/dev/planned.md, Numbers).
std::int64_t group_count(std::int64_t batch, std::size_t gradient_bytes) {
    constexpr std::int64_t most = 32, least = 4, most_bytes = std::int64_t{64} << 20;
    const auto fitting = most_bytes / std::max<std::int64_t>(1, static_cast<std::int64_t>(gradient_bytes));
    return std::min(batch, std::clamp(fitting, least, most));
}

/// Whether what all images save is more than a third-level cache holds (docs/dev/planned.md, Numbers).
bool is_past_caches(std::int64_t scalars, std::size_t bytes_of_one) {
    return scalars > (std::int64_t{32} << 20) / static_cast<std::int64_t>(bytes_of_one);
}

/// Tensors that both directions need beside the inputs.
struct saved_tensors {
    at::Tensor values;  ///< of the network's type: saved_size * B, then room for the gradients of each group
    at::Tensor argmax;  ///< (B, readout steps, features), int32
};

template <class Scalar>
saved_tensors forward_images(planned_run& run, const std::vector<at::Tensor>& inputs,
                             const run_values<at::Tensor>& results, const std::shared_ptr<memory_store>& memory) {
    const auto& program = run.program.emplace<program_pointer<Scalar>>(program_of<Scalar>(run, inputs));
    const auto given = starts_of<Scalar>(run, inputs);
    const auto overridden = overrides_of<Scalar>(run);
    const auto to = values_of<Scalar>(run, results);
    const auto size = static_cast<std::int64_t>(program->saved().size());
    saved_tensors saved;
    if (run.needs_gradient) {
        run.groups = group_count(run.shape.batch, program->gradient_size_of_parts() * sizeof(Scalar));
        const auto sums = run.groups * static_cast<std::int64_t>(program->gradient_size_of_parts());
        saved.values = planned::saved_tensor(memory, {run.shape.batch * size + sums}, inputs[0].scalar_type());
    }
    const bool has_argmax = run.plan.has_readout() && run.plan.readout.pool == pool_mode::max;
    if (has_argmax && run.needs_gradient)
        saved.argmax = at::empty({run.shape.batch, results.features.size(0), run.plan.readout.features}, at::kInt);
    auto* values = run.needs_gradient ? saved.values.mutable_data_ptr<Scalar>() : nullptr;
    auto* argmax = saved.argmax.defined() ? saved.argmax.mutable_data_ptr<std::int32_t>() : nullptr;
    const auto argmax_size = saved.argmax.defined() ? saved.argmax.numel() / run.shape.batch : 0;
    const bool streams = values != nullptr && is_past_caches(run.shape.batch * size, sizeof(Scalar));
    std::atomic<std::int64_t> next{0};
    const auto worth = threads_worth(program->multiply_adds() * run.shape.batch);
    on_threads(std::min(run.shape.batch, worth), [&] {
        planned::forward_pass<Scalar> pass(*program, given, overridden, to, streams);
        planned::aligned_vector<Scalar> scratch(values == nullptr ? program->saved().size() : 0);
        for (auto image = next++; image < run.shape.batch; image = next++)
            pass.run(image, values == nullptr ? scratch.data() : values + image * size,
                     argmax == nullptr ? nullptr : argmax + image * argmax_size);
    });
    return saved;
}

/// Where gradients of parameters go: [part][parameter]; null where none is wanted.
template <class Scalar>
std::vector<std::vector<Scalar*>> parameter_gradients_of(const planned_run& run, std::size_t parts,
                                                         const std::vector<at::Tensor>& gradients) {
    std::vector<std::vector<Scalar*>> all(parts);
    for (std::size_t part = 0; part < parts; ++part)
        for (std::size_t i = 0; i < run.inputs.parameters; ++i) {
            const auto index = input_of(run, part, i);
            // What a part has of the first one, no part after it reads.
            const bool is_own = part == 0 || index != 1 + i;
            all[part].push_back(is_own && gradients[index].defined() ? gradients[index].mutable_data_ptr<Scalar>()
                                                                     : nullptr);
        }
    return all;
}

template <class Scalar>
void backward_images(const planned_run& run, const std::vector<at::Tensor>& inputs, const saved_tensors& saved,
                     const run_values<at::Tensor>& adjoints, const std::vector<at::Tensor>& gradients) {
    const auto& program = std::get<program_pointer<Scalar>>(run.program);
    const auto given = starts_of<Scalar>(run, inputs);
    const auto overridden = overrides_of<Scalar>(run);
    const auto from = values_of<const Scalar>(run, adjoints);
    const auto to = starts_of<Scalar>(run, gradients);
    const auto parts = program->parts();
    const auto parameter_gradients = parameter_gradients_of<Scalar>(run, parts.size(), gradients);
    std::vector<bool> needs_grad(run.inputs.parameters);
    for (const auto& of_part : parameter_gradients)
        for (std::size_t i = 0; i < of_part.size(); ++i)
            if (of_part[i] != nullptr) needs_grad[i] = true;
    const auto size = static_cast<std::int64_t>(program->gradient_size_of_parts());
    const auto groups = run.groups;
    const auto* values = saved.values.const_data_ptr<Scalar>();
    const auto* argmax = saved.argmax.defined() ? saved.argmax.const_data_ptr<std::int32_t>() : nullptr;
    const auto saved_size = static_cast<std::int64_t>(program->saved().size());
    const auto argmax_size = argmax == nullptr ? 0 : saved.argmax.numel() / run.shape.batch;
    // The room for sums is this pass's to write.
    auto* sums = const_cast<Scalar*>(values) + run.shape.batch * saved_size;
    std::atomic<std::int64_t> next{0};
    const auto worth = threads_worth(2 * program->multiply_adds() * run.shape.batch);
    on_threads(std::min(groups, worth), [&] {
        planned::backward_pass<Scalar> pass(*program, given, overridden, from, to, needs_grad);
        for (auto group = next++; group < groups; group = next++) {
            auto* sum = sums + group * size;
            std::fill_n(sum, size, Scalar{0});
            const auto first = run.shape.batch * group / groups, last = run.shape.batch * (group + 1) / groups;
            for (auto image = first; image < last; ++image)
                pass.run(image, values + image * saved_size, argmax == nullptr ? nullptr : argmax + image * argmax_size,
                         sum);
        }
    });
    for (std::int64_t step = 1; step < groups; step *= 2)
        for (std::int64_t i = 0; i + step < groups; i += 2 * step)
            for (std::int64_t k = 0; k < size; ++k) sums[i * size + k] += sums[(i + step) * size + k];
    for (std::size_t part = 0; part < parts.size(); ++part)
        parts[part]->unpack_gradients(sums + parts[part]->gradient_start(), parameter_gradients[part]);
}

/// Calls visit.operator()<Scalar>() for the type of a tensor.
template <class Visitor>
auto with_scalar(const at::Tensor& tensor, Visitor visit) {
    return tensor.scalar_type() == at::kDouble ? visit.template operator()<double>()
                                               : visit.template operator()<float>();
}

class planned_function : public torch::autograd::Function<planned_function> {
  public:
    /// Inputs: stimulus, parameters, given starts. Outputs: the results that are asked for.
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                                                  std::shared_ptr<planned_run> run,
                                                  const std::shared_ptr<memory_store>& memory) {
        const auto tensors = inputs.vec();
        const auto options = tensors[0].options().requires_grad(false);
        auto results = run->results.mapped(
            [&options](const sizes& one) { return one.empty() ? at::Tensor() : at::empty(one, options); });
        const auto saved = with_scalar(
            tensors[0], [&]<class Scalar>() { return forward_images<Scalar>(*run, tensors, results, memory); });
        torch::autograd::variable_list given;
        results.for_each([&given](const at::Tensor& tensor) {
            if (tensor.defined()) given.push_back(tensor);
        });
        auto all = tensors;
        all.push_back(saved.values);
        all.push_back(saved.argmax);
        context->save_for_backward(all);
        context->set_materialize_grads(false);
        save_run(*context, run);
        return given;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto run = run_of_backward_pass<planned_run>(*context, "planned");
        auto tensors = context->get_saved_variables();
        saved_tensors saved;
        saved.argmax = tensors.back();
        tensors.pop_back();
        saved.values = tensors.back();
        tensors.pop_back();

        auto adjoints = in_order(run->results, arriving);
        adjoints.for_each([](at::Tensor& tensor) {
            if (tensor.defined()) tensor = addressable(tensor);
        });
        torch::autograd::variable_list gradients(tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i)
            if (context->needs_input_grad(i)) gradients[i] = at::zeros(tensors[i].sizes(), tensors[i].options());
        with_scalar(tensors[0],
                    [&]<class Scalar>() { backward_images<Scalar>(*run, tensors, saved, adjoints, gradients); });
        gradients.resize(gradients.size() + 2);  // of the run and its memory
        return gradients;
    }
};

/// What the network starts from, as inputs of the node; zeros are left out.
std::vector<at::Tensor> node_inputs(planned_run& run, const run_context& context) {
    std::vector<at::Tensor> all{addressable(context.input)};
    for (const auto& parameter : context.parameters) all.push_back(addressable(parameter));
    run.inputs.parameters = context.parameters.size();
    const auto add = [&all](const at::Tensor& start) {
        if (!start.defined()) return -1;
        all.push_back(addressable(start));
        return static_cast<int>(all.size()) - 1;
    };
    const auto start = initial_values_of(context, zero_starts::left_out);
    for (const auto& one : start.states) {
        run.inputs.states.push_back(add(one));
        run.request.starts_at_zero.push_back(!one.defined());
    }
    for (const auto& one : start.outputs) run.inputs.outputs.push_back(add(one));
    for (const auto& one : start.feedback) {
        run.inputs.feedback.push_back(add(one));
        run.request.feedback_starts_at_zero.push_back(!one.defined());
    }
    for (std::size_t part = 1; part < context.parts.size(); ++part) {
        auto& indices = run.inputs.later_parameters.emplace_back();
        for (std::size_t i = 0; i < context.parameters.size(); ++i) {
            using role = plan::parameter::role;
            const auto is = context.plan.parameters[i].is;
            const bool is_of_readout = is == role::readout_weight || is == role::readout_bias;
            indices.push_back(is_of_readout ? -1 : add(context.parts[part].parameters[i]));
        }
    }
    return all;
}

/// What is done to states and drives as the kernels read it: channels last, and masks as numbers.
std::shared_ptr<const perturbed_states> as_maps(const std::shared_ptr<const perturbed_states>& given) {
    if (given == nullptr) return nullptr;
    auto all = std::make_shared<perturbed_states>(*given);
    for (auto& one : all->types) {
        if (one.mask.defined()) one.mask = one.mask.to(one.value.scalar_type());
        for (auto* tensor : {&one.current, &one.mask, &one.value})
            if (tensor->defined()) *tensor = tensor->permute({0, 1, 3, 4, 2}).contiguous();
    }
    return all;
}

class planned_executor final : public executor {
  public:
    run_values<at::Tensor> run(const run_context& context) override {
        auto run = std::make_shared<planned_run>();
        run->plan = context.plan;
        run->plan_storage = context.plan_storage;
        run->perturbed = as_maps(context.perturbed);
        run->shape = context.shape;
        for (const auto& part : context.parts)
            run->parts.push_back({part.first_step, {}, part.cut_edges, part.cut_feedback});
        run->request.parts = std::max(1, static_cast<int>(run->parts.size()));
        run->request.steps = context.shape.steps;
        run->request.is_sequence = context.shape.is_sequence;
        run->request.requested = context.requested();
        run->request.rounds = context.precision == precision::bfloat16;
        run->results = result_sizes(context, run->request.requested.final_states);
        const auto inputs = node_inputs(*run, context);
        run->needs_gradient = at::GradMode::is_enabled() &&
                              std::ranges::any_of(inputs, [](const at::Tensor& one) { return one.requires_grad(); });
        run->request.saves_for_backward = run->needs_gradient;
        return in_order(run->results, planned_function::apply(at::TensorList(inputs), run, memory_));
    }
    bool runs_parts() const override { return true; }

  private:
    std::shared_ptr<memory_store> memory_ = std::make_shared<memory_store>(1);  // a run saves one tensor
};

}  // namespace

std::shared_ptr<executor> make_planned_executor() { return std::make_shared<planned_executor>(); }

}  // namespace cortexpr::executors
