#include <cortexpr/module/network_module.hpp>

#include "../executors/continuous/continuous.hpp"
#include "../executors/executor.hpp"
#include "../executors/on_chip/executor.hpp"
#include "../executors/perturbation_rules.hpp"
#include "../executors/perturbed_run.hpp"
#include "../executors/readout.hpp"
#include "../executors/tensor_rules.hpp"
#include "../executors/validation.hpp"
#include "device.hpp"
#include "fingerprint.hpp"
#include "reference_initialisation.hpp"
#include "run_stream.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr {

namespace {

void require_precision(precision wanted, at::ScalarType dtype, at::Device device) {
    if (wanted == precision::float32) return;
    if (dtype != at::kFloat)
        throw usage_error(
            fmt::format("precision {} is for parameters of float32, but these are {}; leave precision out",
                        name_of(wanted), executors::dtype_name(dtype)));
    if (wanted == precision::tf32 && device.is_cpu())
        throw usage_error("precision tf32 needs a GPU; use float32 or bfloat16 on device \"cpu\"");
}

void require_executor(executor wanted, const plan::network& network, precision with, at::Device device) {
    if (wanted != executor::on_chip) return;
    if (with != precision::bfloat16)
        throw usage_error("executor on_chip keeps states as bfloat16; ask for precision bfloat16 with it");
    if (!executors::has_chip(device))
        throw usage_error(
            fmt::format("executor on_chip needs a CUDA GPU and cortexpr's CUDA kernels "
                        "(libcortexpr_cuda.so), which device \"{}\" lacks; use executor batched",
                        device.str()));
    if (const auto obstacle = executors::chip_obstacle(network, device); obstacle != plan::off_chip::nothing)
        throw usage_error(fmt::format("executor on_chip can't run {}: {}", network.name, plan::text_of(obstacle)));
}

/// Where the parameters live. \throws usage_error  as the constructor
at::TensorOptions checked_options(const plan::network& network, const module_options& options) {
    executors::require_dtype(options.dtype);
    const auto device = usable_device(options.device);
    require_precision(options.precision, options.dtype, device);
    require_executor(options.executor, network, options.precision, device);
    return at::TensorOptions().device(device).dtype(options.dtype);
}

bool is_drawn(fill start) { return start == fill::uniform || start == fill::normal; }

}  // namespace

network_module::network_module(const plan::network& network, const module_options& options)
    : trainable(std::string(network.name), network.parameters, checked_options(network, options)),
      plan_(network),
      executor_(options.executor),
      precision_(options.precision) {
    reset_parameters(options.seed);
}

std::shared_ptr<torch::nn::Module> network_module::clone(const std::optional<at::Device>& device) const {
    auto copy = another(device);
    copy->copy_from(*this);
    copy->perturbations_ = perturbations_;
    copy->generator(generator().clone());
    return copy;
}

module_options network_module::options_for(const std::optional<at::Device>& device) const {
    return {.device = device.value_or(this->device()).str(),
            .dtype = dtype(),
            .executor = executor_,
            .precision = precision_};
}

std::shared_ptr<network_module> network_module::another(const std::optional<at::Device>& device) const {
    return std::make_shared<network_module>(plan_, options_for(device));
}

void network_module::reset_parameters(std::uint64_t seed) {
    draw_as_reference(plan_, parameters_in_order(), seed);
    reset_step_gains();
    generator(at::detail::createCPUGenerator(seed ^ run_stream));
    project();
}

void network_module::perturb(std::vector<perturbation> perturbations) {
    executors::check_perturbations(plan_, perturbations, dtype());
    perturbations_ = std::move(perturbations);
}

run_result network_module::run_with(std::span<const at::Tensor> stand_ins, bool training, const at::Tensor& input,
                                    const run_request& asked) {
    require_fitting(stand_ins);
    const auto device = stand_ins.front().device();
    const auto dtype = stand_ins.front().scalar_type();
    executors::require_dtype(dtype);  // a module's `to` changes it
    require_precision(precision_, dtype, device);
    require_constraints(stand_ins);
    if (!training) require_finite(stand_ins);
    auto request = asked;
    request.perturbations.insert(request.perturbations.begin(), perturbations_.begin(), perturbations_.end());
    const auto shape = executors::checked(plan_, input, request, device, dtype, precision_);
    executors::check_perturbations(plan_, request, shape, dtype);
    const executors::run_context context{plan_, stand_ins, input, request, shape, generator(), precision_};
    run_result result{values_of(context)};
    if (request.continuous) result.times = times_of(*request.continuous);
    if (plan_.has_readout())
        result.logits = executors::logits_of(plan_.readout, stand_ins, result.features,
                                             training ? generator() : at::Generator(), request.all_logits);
    return result;
}

run_values<at::Tensor> network_module::values_of(const executors::run_context& context) {
    if (context.request.continuous) return executors::continuous_run(context, *context.request.continuous);
    const auto runner = runner_of(executor_on(context.input.device()));
    return context.request.perturbations.empty() ? runner->run(context) : executors::run_perturbed(*runner, context);
}

at::Tensor network_module::logits(const at::Tensor& inputs, const logits_request& request) {
    return run(inputs, {.steps = request.steps, .all_logits = request.all_steps, .answer_only = true}).logits;
}

answers_and_rates network_module::logits_and_rates(const at::Tensor& inputs, const logits_request& request) {
    auto result = run(inputs, {.steps = request.steps,
                               .record_states = std::vector<bool>(plan_.types.size(), true),
                               .all_logits = request.all_steps,
                               .answer_only = true});
    return {std::move(result.logits), std::move(result.states)};
}

at::Tensor network_module::presynaptic(int parameter, neuron_class kind) const {
    const auto& declared = plan_.parameters[static_cast<std::size_t>(parameter)];
    auto from = neuron_class::hybrid;
    if (declared.is == plan::parameter::role::edge_weight) {
        const auto& edge = plan_.edges[static_cast<std::size_t>(declared.owner)];
        if (edge.non_negative) from = edge.sign > 0 ? neuron_class::excitatory : neuron_class::inhibitory;
    } else if (declared.is != plan::parameter::role::feedback_weight) {
        return {};
    }
    return from == kind ? at::ones({}, cortexpr::parameter_set::parameter(parameter).options().requires_grad(false))
                        : at::Tensor();
}

/// By offset from the middle of a kernel.
at::Tensor network_module::wiring_lengths(int parameter) const {
    const auto role = plan_.parameters[static_cast<std::size_t>(parameter)].is;
    if (role != plan::parameter::role::edge_weight && role != plan::parameter::role::feedback_weight) return {};
    const auto& kernel = cortexpr::parameter_set::parameter(parameter);
    const auto offsets = [&](int axis) {
        const auto size = kernel.size(axis), middle = size / 2;
        return at::arange(-middle, size - middle, kernel.options().requires_grad(false));
    };
    return at::hypot(offsets(2).unsqueeze(1), offsets(3));
}

std::shared_ptr<executors::executor> network_module::runner_of(cortexpr::executor kind) {
    const std::lock_guard hold(guard_);
    auto& runner = runners_.at(static_cast<std::size_t>(kind));
    if (runner == nullptr) runner = executors::make_executor(kind);
    return runner;
}

executor network_module::executor() const { return executor_on(device()); }

executor network_module::executor_on(at::Device device) const {
    const bool rounds = precision_ == precision::bfloat16;
    if (executor_ == executor::planned) {
        if (rounds && executors::chip_obstacle(plan_, device) == plan::off_chip::nothing) return executor::on_chip;
        return device.is_cpu() ? executor::planned : executor::batched;
    }
    return rounds && executor_ == executor::transparent ? executor::batched : executor_;
}

void network_module::executor(cortexpr::executor wanted) {
    require_executor(wanted, plan_, precision_, device());
    executor_ = wanted;
}

std::string network_module::reason_against_replay() const {
    const auto is_custom = [](const activation_function& function) { return function.is_custom(); };
    const bool runs_on_cpu = std::ranges::any_of(plan_.types, is_custom, &plan::neuron_type::nonlinearity) ||
                             std::ranges::any_of(plan_.edges, is_custom, &plan::edge::nonlinearity) ||
                             std::ranges::any_of(plan_.areas, is_custom, &plan::area::output_nonlinearity) ||
                             std::ranges::any_of(plan_.feedback, is_custom, &plan::feedback_edge::nonlinearity);
    if (runs_on_cpu) return "a nonlinearity of your own runs on the CPU";
    if (!perturbations_.empty()) return "perturbations are laid out anew at each step";
    const bool draws_starts = std::ranges::any_of(plan_.types, is_drawn, &plan::neuron_type::initial_state) ||
                              std::ranges::any_of(plan_.areas, is_drawn, &plan::area::initial_output) ||
                              std::ranges::any_of(plan_.areas, is_drawn, &plan::area::initial_feedback);
    return draws_starts ? "starts are drawn on the CPU" : "";
}

std::string network_module::fingerprint() const { return cortexpr::fingerprint(plan_); }

}  // namespace cortexpr
