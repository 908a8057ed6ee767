#include "validation.hpp"

#include "tensor_rules.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/ops/aminmax.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cortexpr::executors {

namespace {

template <class... Arguments>
[[noreturn]] void refuse(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw usage_error(fmt::format(text, std::forward<Arguments>(arguments)...));
}

std::string map_text(const plan::map_shape& shape) {
    return fmt::format("{}, {}, {}", shape.channels, shape.height, shape.width);
}

void check_type_and_device(std::string_view what, const at::Tensor& tensor, at::Device device, at::ScalarType dtype) {
    if (tensor.scalar_type() != dtype)
        refuse("{} has element type {}, but the network's parameters are {}; convert it with tensor.to({}){}", what,
               dtype_name(tensor.scalar_type()), dtype_name(dtype),
               dtype == at::kFloat ? "torch::kFloat" : "torch::kDouble",
               tensor.scalar_type() == at::kByte ? ", and scale pixels as in training" : "");
    if (tensor.device() != device)
        refuse("{} is on device {}, but the network's parameters are on {}; move one of them with .to(device)", what,
               tensor.device().str(), device.str());
}

/// The dimensions of one image, or of the images of a sequence, at the end of the input's.
void check_map(const plan::network& plan, const at::Tensor& input) {
    const auto& wanted = plan.areas.front().input;
    const auto sizes = input.sizes();
    const auto map = sizes.slice(sizes.size() - 3);
    if (map == at::IntArrayRef{wanted.channels, wanted.height, wanted.width}) return;
    refuse(
        "area {} takes images (B, {}) or sequences (B, T, {}), but the input has shape {}; resize it, or declare "
        "input<{}, {}, {}>",
        plan.areas.front().name, map_text(wanted), map_text(wanted), text_of(sizes), map[0], map[1], map[2]);
}

void check_rank(const plan::network& plan, const at::Tensor& input) {
    if (input.dim() == 4 || input.dim() == 5) return;
    const auto& wanted = plan.areas.front().input;
    const auto sizes = input.sizes();
    std::string advice = "give 4 or 5 dimensions";
    if (input.dim() == 3 && wanted.channels == 1 && sizes[1] == wanted.height && sizes[2] == wanted.width)
        advice = "add the dimension of channels with input.unsqueeze(1)";
    else if (input.dim() == 3 && sizes[0] == wanted.channels)
        advice = "add the dimension of the batch with input.unsqueeze(0)";
    refuse("area {} takes images (B, {}) or sequences (B, T, {}), but the input has shape {}; {}",
           plan.areas.front().name, map_text(wanted), map_text(wanted), text_of(sizes), advice);
}

/// What goes by steps has no place in continuous time.
void check_continuous(const run_request& request, precision with) {
    if (request.steps) refuse("a run in continuous time has no steps; leave steps out");
    if (std::ranges::any_of(request.perturbations, [](const auto& one) { return one.is == perturbation::kind::noise; }))
        refuse(
            "noise is drawn anew at each step, which a run in continuous time hasn't; leave it out, or run in steps");
    if (std::ranges::any_of(request.initial_outputs, [](const auto& output) { return output.defined(); }))
        refuse("in continuous time outputs follow from the states at once, so none can be given to start from");
    if (with == precision::bfloat16)
        refuse("a run in continuous time computes in float32 or float64; make the network without precision bfloat16");
}

int checked_steps(const at::Tensor& input, const run_request& request, std::int64_t time_dimension) {
    if (!is_sequence(input)) {
        if (request.continuous) return 1;
        if (!request.steps)
            refuse(
                "the input {} is a still image and says nothing about time; say for how many steps it is shown, as "
                "in steps{{5}}",
                text_of(input.sizes()));
        if (*request.steps < 1 || *request.steps > most_steps)
            refuse("{} steps were asked for; a run has at least 1 and at most 1,000,000", *request.steps);
        return *request.steps;
    }
    const auto brought = input.size(time_dimension);
    if (brought < 1) refuse("the input {} is a sequence of no steps; give at least 1", text_of(input.sizes()));
    if (brought > most_steps)
        refuse("the input {} is a sequence of more than 1,000,000 steps; give it in parts", text_of(input.sizes()));
    if (request.steps && *request.steps != brought)
        refuse("the input {} is a sequence of {} steps, but {} were asked for; leave steps out{}",
               text_of(input.sizes()), brought, *request.steps,
               *request.steps == input.size(1 - time_dimension) ? ", or give its layout: batch or time first" : "");
    return static_cast<int>(brought);
}

template <class Entry>
void check_length(std::string_view what, const std::vector<Entry>& entries, std::size_t count, std::string_view of) {
    if (!entries.empty() && entries.size() != count)
        refuse("{} has {} entries; give one for each of the {} {}, or none", what, entries.size(), count, of);
}

/// A minimum or maximum is NaN where a value is.
double least_finite(std::string_view what, const at::Tensor& values) {
    const auto [least, most] = at::aminmax(values.detach());
    const auto lowest = least.item<double>();
    if (!std::isfinite(lowest) || !std::isfinite(most.item<double>()))
        refuse("{} holds a value that is infinite or NaN", what);
    return lowest;
}

/// Gives the least value.
double check_initial(std::string_view what, const at::Tensor& tensor, const plan::map_shape& shape, std::int64_t batch,
                     at::Device device, at::ScalarType dtype) {
    const std::array<std::int64_t, 4> wanted{batch, shape.channels, shape.height, shape.width};
    require_dense(what, tensor);
    if (tensor.sizes() != at::IntArrayRef(wanted))
        refuse("{} must have shape {}, but has {}; its batch is the input's", what, text_of(wanted),
               text_of(tensor.sizes()));
    check_type_and_device(what, tensor, device, dtype);
    return least_finite(what, tensor);
}

void check_lengths(const plan::network& plan, const run_request& request) {
    const auto types = plan.types.size(), areas = plan.areas.size();
    check_length("initial_states", request.initial_states, types, "neuron types");
    check_length("record_states", request.record_states, types, "neuron types");
    check_length("initial_outputs", request.initial_outputs, areas, "areas");
    check_length("initial_feedback", request.initial_feedback, areas, "areas");
    check_length("record_outputs", request.record_outputs, areas, "areas");
    check_length("record_feedback", request.record_feedback, areas, "areas");
}

/// Dale's law needs rates >= 0 from the start.
void check_rates(std::string_view what, const plan::neuron_type& type, double least) {
    if (plan::has_signed_rates(type) || least >= 0) return;
    refuse(
        "{} holds negative rates, which would turn the sign of an {} type; give rates >= 0, or declare the type with "
        "signed_rates",
        what, name_of(type.kind));
}

void check_initials(const plan::network& plan, const run_request& request, std::int64_t batch, at::Device device,
                    at::ScalarType dtype) {
    for (std::size_t i = 0; i < request.initial_states.size(); ++i) {
        if (!request.initial_states[i].defined()) continue;
        const auto& type = plan.types[i];
        const auto what = fmt::format("the initial state of {} in {}", type.name,
                                      plan.areas[static_cast<std::size_t>(type.area)].name);
        check_rates(what, type, check_initial(what, request.initial_states[i], type.shape, batch, device, dtype));
    }
    for (std::size_t i = 0; i < plan.areas.size(); ++i) {
        const auto& area = plan.areas[i];
        if (!request.initial_outputs.empty() && request.initial_outputs[i].defined())
            check_initial(fmt::format("the initial output of {}", area.name), request.initial_outputs[i], area.output,
                          batch, device, dtype);
        if (request.initial_feedback.empty() || !request.initial_feedback[i].defined()) continue;
        if (!plan::hears_feedback(area))
            refuse("area {} hears no feedback, so it takes no initial one; declare feedback_channels", area.name);
        check_initial(fmt::format("the initial feedback of {}", area.name), request.initial_feedback[i], area.feedback,
                      batch, device, dtype);
    }
}

void check_probes(const plan::network& plan, const run_request& request) {
    for (std::size_t i = 0; i < request.record_feedback.size(); ++i)
        if (request.record_feedback[i] && !plan::hears_feedback(plan.areas[i]))
            refuse("area {} hears no feedback, so none can be recorded", plan.areas[i].name);
    if (request.all_logits && !plan.has_readout())
        refuse("{} is no classifier, so it has no logits; record its outputs", plan.name);
}

}  // namespace

run_shape checked(const plan::network& plan, const at::Tensor& input, const run_request& request, at::Device device,
                  at::ScalarType dtype, precision with) {
    if (!input.defined()) refuse("the input of {} is an undefined tensor; give images or a sequence", plan.name);
    require_dense("the input", input);
    check_rank(plan, input);
    check_map(plan, input);
    check_type_and_device("the input", input, device, dtype);
    run_shape shape{.is_sequence = is_sequence(input), .time_dimension = request.layout == layout::batch_first ? 1 : 0};
    shape.batch = input.size(shape.is_sequence ? 1 - shape.time_dimension : 0);
    if (shape.batch < 1) refuse("the input {} holds no images; give a batch of at least 1", text_of(input.sizes()));
    shape.steps = checked_steps(input, request, shape.time_dimension);
    check_lengths(plan, request);
    check_initials(plan, request, shape.batch, device, dtype);
    if (request.continuous) check_continuous(request, with);
    check_probes(plan, request);
    return shape;
}

}  // namespace cortexpr::executors
