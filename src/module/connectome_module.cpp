#include <cortexpr/module/connectome_module.hpp>

#include "../executors/aten/addressable.hpp"
#include "../executors/aten/index_tensor.hpp"
#include "../executors/connectome/projection.hpp"
#include "../executors/connectome/recurrence.hpp"
#include "../executors/device_kernels.hpp"
#include "../executors/perturbation_rules.hpp"
#include "../executors/readout.hpp"
#include "../executors/tensor_rules.hpp"
#include "../parsed.hpp"
#include "connectome_fingerprint.hpp"
#include "connectome_layout.hpp"
#include "connectome_request_checks.hpp"
#include "connectome_run.hpp"
#include "connectome_start.hpp"
#include "device.hpp"
#include "run_stream.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/run/sequence.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

namespace cortexpr {

namespace {

at::TensorOptions checked_options(const connectome_options& options) {
    executors::require_dtype(options.dtype);
    if (options.executor != executor::planned && options.executor != executor::transparent)
        throw usage_error(
            fmt::format("a connectome has no executor {}; choose planned or transparent", name_of(options.executor)));
    return at::TensorOptions().device(usable_device(options.device)).dtype(options.dtype);
}

bool perturbs(const connectome_request& request) {
    return !request.clamps.empty() || !request.injections.empty() || !request.noises.empty() ||
           !request.scales.empty() || !request.frozen_taus.empty();
}

/// What is asked, and before it what another request changes; without changes to no cells or synapses.
connectome_request joined(const connectome_request& before, const connectome_request& asked) {
    auto all = asked;
    const auto join = [](auto& these, const auto& others, auto numbers) {
        these.insert(these.begin(), others.begin(), others.end());
        std::erase_if(these, [numbers](const auto& one) { return (one.*numbers).empty(); });
    };
    join(all.clamps, before.clamps, &clamp_cells::cells);
    join(all.injections, before.injections, &inject_cells::cells);
    join(all.noises, before.noises, &noise_cells::cells);
    join(all.scales, before.scales, &scale_synapses::synapses);
    join(all.frozen_taus, before.frozen_taus, &freeze_tau_cells::cells);
    return all;
}

/// One for each sample, so that a batch in two halves has the keys of the whole; undefined where there is no noise.
at::Tensor keys_for(const connectome_request& request, std::int64_t batch, const at::Generator& draws) {
    if (request.noises.empty()) return {};
    return at::empty({batch}, at::TensorOptions(at::kLong)).random_(draws);
}

std::string shown_cell(const connectome_layout& layout, std::int64_t cell) {
    const auto index = static_cast<std::size_t>(cell);
    const auto& type = layout.type_names[static_cast<std::size_t>(layout.circuit->type_of_cell[index])];
    return layout.ids.empty() ? fmt::format("cell {} ({})", cell, type)
                              : fmt::format("cell {} ({})", layout.ids[index], type);
}

/// On the CPU with its own kernels; tests put a GPU's in their place.
std::shared_ptr<executors::recurrence> recurrence_on(at::Device device,
                                                     const std::shared_ptr<const executors::recurrent_circuit>& circuit,
                                                     bool planned) {
    if (!planned) return executors::make_transparent_recurrence(circuit, device);
    const bool has_cpu_kernels = device.is_cpu() && executors::kernels_on(device) == nullptr;
    return has_cpu_kernels ? executors::make_planned_recurrence(circuit)
                           : executors::make_device_recurrence(circuit, device);
}

/// (T, X, B) as the caller wants it; a view.
at::Tensor laid(const at::Tensor& values, layout wanted) {
    return wanted == layout::time_first ? values.permute({0, 2, 1}) : values.permute({2, 0, 1});
}

void require_logits(const plan::connectome& plan, const std::string& name) {
    if (!plan.has_readout())
        throw usage_error(fmt::format("{} is no classifier, so it has no logits; record its outputs", name));
}

/// What drives the cells beside each other: the stimulus and their biases.
at::Tensor drive_of(const connectome_operands& operands, const at::Tensor& inputs) {
    auto drive = executors::drive_of(operands.stimulus, inputs);
    if (!operands.bias.defined()) return drive;
    return drive.is_alias_of(inputs) ? drive + operands.bias : drive.add_(operands.bias);
}

/// All that a run gives but logits.
connectome_result result_of(const connectome_request& request, const executors::recurrence_states& states,
                            const at::Tensor& outputs) {
    connectome_result result{.final_state = states.last.t()};
    if (request.continuous) result.times = times_of(*request.continuous);
    if (request.record_states) result.states = laid(states.all, request.layout);
    if (request.record_outputs) result.outputs = laid(outputs, request.layout);
    result.output = outputs.select(0, -1).t();
    return result;
}

}  // namespace

connectome_module::connectome_module(const plan::connectome& plan, const connectome_data& data,
                                     const connectome_options& options)
    : connectome_module(lay_out(plan, data, options.weights), options) {}

connectome_module::connectome_module(std::shared_ptr<const connectome_layout> layout, const connectome_options& options)
    : trainable(layout->name, layout->parameters, checked_options(options)),
      layout_(std::move(layout)),
      options_(options) {
    reset_parameters(options.seed);
    if (const auto beyond = first_not_finite(); !beyond.empty())
        throw usage_error(fmt::format("{} of {} would hold a weight beyond what {} holds; scale the weights{}", beyond,
                                      name(), executors::dtype_name(options.dtype),
                                      options.dtype == at::kFloat ? ", or make the network in float64" : ""));
    if (layout_->plan.weights == weight_mode::frozen)
        for (const int weights : {layout_->weights, layout_->hybrid_weights})
            if (weights >= 0) freeze(weights);
}

connectome_module::~connectome_module() = default;

const plan::connectome& connectome_module::plan() const noexcept { return layout_->plan; }
std::int64_t connectome_module::cell_count() const noexcept { return static_cast<std::int64_t>(layout_->cell_count()); }
std::int64_t connectome_module::synapse_count() const {
    return static_cast<std::int64_t>(layout_->circuit->presynaptic.size());
}
std::int64_t connectome_module::input_size() const noexcept { return layout_->stimulus.size; }
std::int64_t connectome_module::output_size() const noexcept { return layout_->output.size; }

plan::circuit_size connectome_module::size() const {
    const auto numbers = [&](int index) { return index < 0 ? 0 : parameter(index).numel(); };
    const auto& readout = layout_->readout;
    return {.cells = cell_count(),
            .weights = {numbers(layout_->stimulus.weight), synapse_count(), numbers(layout_->output.weight),
                        numbers(readout.weight[0]) + numbers(readout.weight[1])}};
}

std::vector<std::int32_t> connectome_module::cells_of(int type) const { return layout_->circuit->cells_of(type); }

std::optional<std::int32_t> connectome_module::find_cell(std::string_view id) const {
    const auto& ids = layout_->ids;
    if (!ids.empty()) {
        const auto found = std::ranges::find(ids, id);
        if (found == ids.end()) return std::nullopt;
        return static_cast<std::int32_t>(found - ids.begin());
    }
    const auto number = parsed<std::int32_t>(id);
    return number && *number >= 0 && *number < cell_count() ? number : std::nullopt;
}

std::int32_t connectome_module::cell_of(std::string_view id) const {
    if (const auto found = find_cell(id)) return *found;
    throw usage_error(layout_->ids.empty() ? fmt::format("{} has no cell {}; its cells go by number, 0 to {}", name(),
                                                         id, cell_count() - 1)
                                           : fmt::format("{} has no cell with the id {}", name(), id));
}

const std::vector<std::string>& connectome_module::ids() const noexcept { return layout_->ids; }

std::vector<std::int32_t> connectome_module::synapses_between(int presynaptic, int postsynaptic) const {
    const auto& circuit = *layout_->circuit;
    const auto type_of = [&](std::int32_t cell) { return circuit.type_of_cell[static_cast<std::size_t>(cell)]; };
    std::vector<std::int32_t> found;
    for (std::size_t i = 0; i < circuit.presynaptic.size(); ++i)
        if (type_of(circuit.presynaptic[i]) == presynaptic && type_of(circuit.postsynaptic[i]) == postsynaptic)
            found.push_back(static_cast<std::int32_t>(i));
    return found;
}

void connectome_module::reset_parameters(std::uint64_t seed) {
    draw_start(*layout_, parameters_in_order(), seed);
    reset_step_gains();
    set_step_gains();
    generator(at::detail::createCPUGenerator(seed ^ run_stream));
    project();
}

/// A strength that many contacts multiply steps so that the mean weight moves as one that stands for itself.
void connectome_module::set_step_gains() {
    if (!layout_->scales_counts) return;
    const auto& counts = layout_->given;
    double all = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) all += std::abs(counts[k]);
    if (!(all > 0)) return;
    for (const int weights : {layout_->weights, layout_->hybrid_weights})
        if (weights >= 0) step_gain(weights, static_cast<double>(counts.size()) / all);
}

connectome_module::preparation connectome_module::prepared(at::Device device, at::ScalarType dtype) {
    const std::lock_guard hold(guard_);
    if (prepared_.device != device || prepared_.dtype != dtype) {
        const bool planned = options_.executor == executor::planned;
        prepared_ = {.runner = recurrence_on(device, layout_->circuit, planned),
                     .indices = std::make_shared<const connectome_indices>(*layout_, device, dtype, planned),
                     .device = device,
                     .dtype = dtype};
    }
    return prepared_;
}

void connectome_module::perturb(connectome_request perturbations) {
    const bool asks_more = perturbations.steps || perturbations.layout != layout::batch_first ||
                           perturbations.initial_state.defined() || perturbations.record_states ||
                           perturbations.record_outputs || perturbations.continuous || perturbations.all_logits;
    if (asks_more)
        throw usage_error(
            "perturb takes clamps, injections, noises, scales and frozen time constants; give what else a run is asked "
            "for to the run");
    check_perturbations(perturbations, *layout_, {.steps = std::numeric_limits<int>::max()}, dtype());
    perturbations_ = std::move(perturbations);
}

connectome_result connectome_module::run_with(std::span<const at::Tensor> stand_ins, bool training,
                                              const at::Tensor& input, const connectome_request& asked) {
    const auto request = joined(perturbations_, asked);
    require_fitting(stand_ins);
    const auto device = stand_ins.front().device();
    const auto dtype = stand_ins.front().scalar_type();
    executors::require_dtype(dtype);
    require_constraints(stand_ins);
    if (!training) require_finite(stand_ins);
    const auto shown = checked(name(), input_size(), input, request, device, dtype);
    if (request.continuous) require_continuous(request);
    check_perturbations(request, *layout_, run_length::of(request.continuous, shown.steps), dtype);
    if (request.all_logits) require_logits(plan(), name());

    const auto ready = prepared(device, dtype);
    const connectome_operands operands(*layout_, *ready.indices, stand_ins);
    const auto start = request.initial_state.defined()
                           ? given_start(*layout_, request.initial_state, shown.batch, device, dtype)
                           : declared_start(*layout_, *ready.indices, shown.batch, device, dtype, generator());
    const bool reads_every_step = request.record_outputs || request.all_logits;
    const executors::recurrence_inputs whole{.steps = shown.steps,
                                             .drive = drive_of(operands, executors::addressable(shown.inputs)),
                                             .weights = operands.weights,
                                             .rates = operands.rates,
                                             .start = start,
                                             .all_states = request.record_states || reads_every_step};
    const auto states =
        request.continuous
            ? continuous_states(ready.runner, whole, request, *request.continuous, shown.inputs,
                                [layout = layout_](std::int64_t cell) { return shown_cell(*layout, cell); })
            : discrete_states(*ready.runner, whole, request, keys_for(request, shown.batch, generator()));

    const auto outputs =
        executors::outputs_of(operands.output, reads_every_step ? states.all : states.last.unsqueeze(0));
    auto result = result_of(request, states, outputs);
    if (!plan().has_readout()) return result;
    const auto features = request.all_logits ? outputs : outputs.slice(0, outputs.size(0) - 1);
    result.logits = executors::logits_of(layout_->readout, stand_ins, features.transpose(1, 2),
                                         training ? generator() : at::Generator(), request.all_logits);
    return result;
}

std::span<const neuron_class> connectome_module::classes_of_cells() const noexcept { return layout_->class_of_cell; }

std::vector<std::int32_t> connectome_module::presynaptic_cells() const {
    return layout_->circuit->presynaptic.unpacked();
}

std::vector<std::int32_t> connectome_module::postsynaptic_cells() const {
    return layout_->circuit->postsynaptic.unpacked();
}

at::Tensor connectome_module::synaptic_weights() {
    return connectome_operands(*layout_, *prepared(device(), dtype()).indices, parameters_in_order()).weights;
}

at::Tensor connectome_module::stimulus_currents(const at::Tensor& input) {
    connectome_request request;
    if (input.defined() && !is_sequence(input)) request.steps = 1;
    const auto shown = checked(name(), input_size(), input, request, device(), dtype());
    const connectome_operands operands(*layout_, *prepared(device(), dtype()).indices, parameters_in_order());
    return executors::drive_of(operands.stimulus, executors::addressable(shown.inputs));
}

at::Tensor connectome_module::logits(const at::Tensor& inputs, const logits_request& request) {
    return run(inputs, {.steps = request.steps, .all_logits = request.all_steps}).logits;
}

answers_and_rates connectome_module::logits_and_rates(const at::Tensor& inputs, const logits_request& request) {
    auto result = run(inputs, {.steps = request.steps, .record_states = true, .all_logits = request.all_steps});
    return {std::move(result.logits), {std::move(result.states)}};
}

std::string connectome_module::reason_against_replay() const {
    const auto is_custom = [](const plan::cell_type& type) { return type.nonlinearity.is_custom(); };
    if (std::ranges::any_of(layout_->types, is_custom)) return "a nonlinearity of your own runs on the CPU";
    if (perturbs(perturbations_)) return "perturbations are laid out anew at each step";
    return draws_starts(*layout_) ? "starts are drawn on the CPU" : "";
}

at::Tensor connectome_module::presynaptic(int index, neuron_class kind) const {
    const bool is_hybrid = index == layout_->hybrid_weights;
    if (!is_hybrid && index != layout_->weights) return {};
    const auto& circuit = *layout_->circuit;
    const auto first = is_hybrid && layout_->weights >= 0 ? parameter(layout_->weights).numel() : 0;
    std::vector<float> mask(static_cast<std::size_t>(parameter(index).numel()));
    for (std::size_t synapse = 0; synapse < circuit.presynaptic.size(); ++synapse) {
        const auto entry =
            (layout_->weight_entries.empty() ? static_cast<std::int64_t>(synapse) : layout_->weight_entries[synapse]) -
            first;
        const auto cell = static_cast<std::size_t>(circuit.presynaptic[synapse]);
        if (entry >= 0 && entry < std::ssize(mask) && layout_->class_of_cell[cell] == kind)
            mask[static_cast<std::size_t>(entry)] = 1;
    }
    return at::tensor(mask).view(parameter(index).sizes()).to(parameter(index).options().requires_grad(false));
}

connectome_data connectome_module::data() const { return data_of(*layout_); }

std::string connectome_module::fingerprint() const { return fingerprint_of(*layout_); }

std::string connectome_module::wiring() const { return wiring_of(*layout_); }

std::vector<parameter_set::fixed_tensor> connectome_module::fixed_tensors() const {
    const std::string prefix = plan().has_readout() ? "rnn." : "";
    std::vector<fixed_tensor> all;
    const auto add = [&](std::string_view name, const std::vector<std::int32_t>& rows,
                         const std::vector<std::int32_t>& columns) {
        std::vector<std::int64_t> indices(rows.begin(), rows.end());
        indices.insert(indices.end(), columns.begin(), columns.end());
        const auto bytes = std::as_bytes(std::span(indices));
        all.push_back({.name = prefix + std::string(name),
                       .shape = {2, static_cast<std::int64_t>(rows.size())},
                       .bytes = {bytes.begin(), bytes.end()}});
    };
    add("hh.indices", postsynaptic_cells(), presynaptic_cells());
    const auto& stimulus = layout_->stimulus;
    const auto& output = layout_->output;
    if (stimulus.kind == projection_kind::sparse) add("ih.indices", stimulus.cells, stimulus.channels);
    if (output.kind == projection_kind::sparse) add("ho.indices", output.channels, output.cells);
    return all;
}

bool connectome_module::is_known(std::string_view name) const {
    if (name.starts_with("rnn.")) name.remove_prefix(4);
    return name == "neuron_type_mask" || name == "neuron_sign_mask" || name.starts_with("neuron_type_indices.") ||
           name.starts_with("solver.");
}

std::shared_ptr<connectome_module> connectome_module::another(const connectome_options& options) const {
    return std::shared_ptr<connectome_module>(new connectome_module(layout_, options));
}

std::shared_ptr<torch::nn::Module> connectome_module::clone(const std::optional<at::Device>& device) const {
    auto options = options_;
    options.device = device.value_or(this->device()).str();
    options.dtype = dtype();
    auto copy = another(options);
    copy->copy_from(*this);
    copy->perturbations_ = perturbations_;
    copy->generator(generator().clone());
    return copy;
}

at::Tensor states_of(const connectome_module& network, const at::Tensor& states, int type) {
    if (!states.defined()) throw usage_error("this run recorded no states; ask for record_states{}");
    return states.index_select(2, executors::index_tensor(network.cells_of(type), states.device()));
}

}  // namespace cortexpr
