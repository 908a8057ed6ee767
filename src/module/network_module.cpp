#include <cortexpr/module/network_module.hpp>

#include "../executors/batched/executor.hpp"
#include "../executors/on_chip/executor.hpp"
#include "../executors/planned/executor.hpp"
#include "../executors/transparent/executor.hpp"
#include "../executors/validation.hpp"
#include "device.hpp"
#include "parameter_names.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>

#include <fmt/format.h>

namespace cortexpr {

namespace {

/// What is drawn while running must not repeat what the parameters were drawn from.
constexpr std::uint64_t run_stream = 0x9E3779B9;

void require_dtype(at::ScalarType dtype) {
    if (dtype != at::kFloat && dtype != at::kDouble)
        throw usage_error(fmt::format("a network's parameters can't be {}; choose torch::kFloat or torch::kDouble",
                                      executors::dtype_name(dtype)));
}

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

std::vector<std::int64_t> sizes_of(const plan::parameter& parameter) {
    return {parameter.shape.begin(), parameter.shape.begin() + parameter.rank};
}

}  // namespace

network_module::network_module(const plan::network& network, const module_options& options)
    : torch::nn::Module(std::string(network.name)),
      plan_(network),
      step_gains_(network.parameters.size(), 1.0),
      executor_(options.executor),
      precision_(options.precision),
      memory_(std::make_shared<executors::planned::kept_memory>()) {
    require_dtype(options.dtype);
    const auto where = at::TensorOptions().device(executors::usable_device(options.device)).dtype(options.dtype);
    require_precision(options.precision, options.dtype, where.device());
    require_executor(options.executor, network, options.precision, where.device());
    for (const auto& parameter : plan_.parameters) {
        parameters_.push_back(at::empty(sizes_of(parameter), where));
        executors::register_under(*this, parameter.name, parameters_.back());
    }
    reset_parameters(options.seed);
}

at::Device network_module::device() const { return parameters_.front().device(); }

at::ScalarType network_module::dtype() const { return parameters_.front().scalar_type(); }

void network_module::reset_parameters(std::uint64_t seed) {
    executors::draw_as_reference(plan_, parameters_, seed);
    step_gains_.assign(step_gains_.size(), 1.0);
    draws_ = at::detail::createCPUGenerator(seed ^ run_stream);
    project();
}

run_result network_module::run(const at::Tensor& input, const run_request& request) {
    const auto extent = executors::checked(plan_, input, request, device(), dtype());
    switch (executor()) {
        case executor::planned:
            return executors::run_planned(plan_, parameters_, input, request, extent, draws_, is_training(), precision_,
                                          *memory_);
        case executor::on_chip:
            if (executors::has_chip(device()) && executors::is_for_chip(input, request, extent))
                return executors::run_on_chip(plan_, parameters_, input, extent, draws_, is_training(), merging_);
            [[fallthrough]];
        case executor::batched:
            return executors::run_batched(plan_, parameters_, input, request, extent, draws_, is_training(),
                                          precision_);
        default:
            return executors::run_transparently(plan_, parameters_, input, request, extent, draws_, is_training());
    }
}

executor network_module::executor() const {
    const bool rounds = precision_ == precision::bfloat16;
    if (executor_ == executor::planned) {
        if (rounds && executors::chip_obstacle(plan_, device()) == plan::off_chip::nothing) return executor::on_chip;
        return device().is_cpu() ? executor::planned : executor::batched;
    }
    return rounds && executor_ == executor::transparent ? executor::batched : executor_;
}

void network_module::executor(cortexpr::executor wanted) {
    require_executor(wanted, plan_, precision_, device());
    executor_ = wanted;
}

void network_module::set(int index, const at::Tensor& values) {
    const at::NoGradGuard no_grad;
    auto& changed = parameters_.at(static_cast<std::size_t>(index));
    const auto& declared = plan_.parameters[static_cast<std::size_t>(index)];
    if (values.sizes() != changed.sizes())
        throw usage_error(fmt::format("{} has shape {}, but its new values have shape {}",
                                      std::string_view(declared.name), executors::text_of(changed.sizes()),
                                      executors::text_of(values.sizes())));
    const bool is_free = declared.kept == plan::parameter::bound::free;
    const double least = declared.kept == plan::parameter::bound::at_least_one ? 1 : 0;
    if (!is_free && values.min().item<double>() < least)
        throw usage_error(fmt::format("{} can't be {}: {}", std::string_view(declared.name),
                                      values.min().item<double>(),
                                      least > 0 ? "a time constant is 1 step or more"
                                                : "its source is excitatory or inhibitory and has the sign already; "
                                                  "give what is not negative"));
    changed.copy_(values);
}

void network_module::set(int index, double value) { set(index, at::full_like(parameter(index), value)); }

void network_module::freeze(int index, bool frozen) {
    parameters_.at(static_cast<std::size_t>(index)).set_requires_grad(!frozen);
}

void network_module::project() {
    using bound = plan::parameter::bound;
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        // NaN stays NaN: a projection must not hide that training has diverged.
        if (plan_.parameters[i].kept == bound::non_negative) parameters_[i].clamp_min_(0);
        if (plan_.parameters[i].kept == bound::at_least_one) parameters_[i].clamp_min_(1);
    }
}

}  // namespace cortexpr
