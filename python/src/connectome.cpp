#include "connectome.hpp"

#include "circuit/pair_sums.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cortexpr::python {

namespace {

constexpr std::string_view output_name = "output";

std::vector<std::string> type_names(const plan::connectome& plan) {
    std::vector<std::string> names;
    for (const auto& type : plan.types) names.emplace_back(type.name);
    return names;
}

/// The index of a type; -1 where there is none of that name.
int type_called(const plan::connectome& plan, std::string_view name) {
    const auto found = std::ranges::find(plan.types, name, &plan::cell_type::name);
    return found == plan.types.end() ? -1 : static_cast<int>(found - plan.types.begin());
}

/// Whole numbers from 0, on the CPU.
std::vector<std::int32_t> numbers_of(const at::Tensor& given, std::string_view what, std::int64_t count) {
    if (given.dim() != 1 || !at::isIntegralType(given.scalar_type(), false))
        throw usage_error(fmt::format("{} are one row of whole numbers, not {} of {} dimensions", what,
                                      c10::getDtypeNames(given.scalar_type()).first, given.dim()));
    const auto numbers = given.to(at::kCPU, at::kLong).resolve_neg().contiguous();
    const auto* values = numbers.const_data_ptr<std::int64_t>();
    std::vector<std::int32_t> all(static_cast<std::size_t>(numbers.numel()));
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (values[k] < 0 || values[k] >= count)
            throw usage_error(
                fmt::format("entry {} of {} is {}, but they count from 0 to {}", k, what, values[k], count - 1));
        all[k] = static_cast<std::int32_t>(values[k]);
    }
    return all;
}

/// What three arrays are called, and how many numbers there are of the first two.
struct named_sides {
    std::string_view first, second;
    std::int64_t first_count = 0, second_count = 0;
};

/// A pair that comes again is added up. Before that each entry is judged by its first side, its number and its weight:
/// a sum would hide one that breaks a rule.
template <class Judge>
circuit::synapses summed(const synapse_arrays& given, const named_sides& sides, Judge judge) {
    const auto first = numbers_of(given[0], sides.first, sides.first_count);
    const auto second = numbers_of(given[1], sides.second, sides.second_count);
    const auto& weights = given[2];
    if (first.size() != second.size() || weights.dim() != 1 ||
        static_cast<std::size_t>(weights.numel()) != first.size() || weights.is_complex())
        throw usage_error(fmt::format("{}, {} and weights have one entry for each synapse; these have {}, {} and {}",
                                      sides.first, sides.second, first.size(), second.size(), weights.numel()));
    const auto strengths = weights.to(at::kCPU, at::kDouble).resolve_neg().contiguous();
    const auto* values = strengths.const_data_ptr<double>();
    std::size_t read = 0;
    circuit::pair_sums sums([&] { return static_cast<double>(read) / static_cast<double>(first.size()); });
    for (; read < first.size(); ++read) {
        judge(first[read], read, values[read]);
        sums.add(first[read], second[read], values[read]);
    }
    return sums.take();
}

circuit::projection projection_of(const synapse_arrays& given, const char* part, const plan::connectome& plan,
                                  const plan::projection& declared, std::int64_t cells) {
    if (declared.kind != projection_kind::sparse)
        throw usage_error(fmt::format(
            "{} declares no sparse {}; write sparse_{} in its declaration, or leave the arrays out", plan.name, part,
            part == std::string_view("stimulus") ? "stimulus_to<...>" : "output_from<...>"));
    const auto cell_name = fmt::format("cells of the {}'s synapses", part);
    const auto channel_name = fmt::format("channels of the {}'s synapses", part);
    auto all =
        summed(given, {.first = cell_name, .second = channel_name, .first_count = cells, .second_count = declared.size},
               [](std::int32_t, std::size_t, double) {});
    return {.cells = std::move(all.presynaptic),
            .channels = std::move(all.postsynaptic),
            .weights = std::move(all.weights)};
}

/// \throws usage_error  the presynaptic cell of a negative weight has a sign of its own
void require_hybrid(const plan::connectome& plan, const circuit::neurons& neurons, std::int32_t cell, std::size_t entry,
                    double weight) {
    const auto number = static_cast<std::size_t>(cell);
    const auto& type = plan.types[static_cast<std::size_t>(neurons.types[number])];
    const bool has_own = type.kind == neuron_class::hybrid && !neurons.classes.empty();
    const auto kind = has_own ? neurons.classes[number] : type.kind;
    if (kind == neuron_class::hybrid) return;
    throw usage_error(fmt::format(
        "entry {} of the synapses has the weight {}, but its presynaptic cell {} ({}) is {}, and the sign "
        "is that of its class; give what is not negative, or make the type hybrid_cells",
        entry, weight, neurons.ids.empty() ? std::to_string(cell) : neurons.ids[number], type.name, name_of(kind)));
}

}  // namespace

connectome::connectome(std::shared_ptr<connectome_module> module) : module_(std::move(module)) {
    std::vector<std::int32_t> all;
    for (int type = 0; type < static_cast<int>(module_->plan().types.size()); ++type) {
        const auto own = module_->cells_of(type);
        sizes_of_types_.push_back(static_cast<std::int64_t>(own.size()));
        all.insert(all.end(), own.begin(), own.end());
    }
    cells_by_type_ = at::tensor(all, at::kLong);
}

std::vector<std::string> connectome::parameter_names() const {
    std::vector<std::string> names;
    for (const auto& one : module_->declared_parameters()) names.emplace_back(std::string_view(one.name));
    return names;
}

std::vector<bool> connectome::trained() const {
    std::vector<bool> all;
    for (int i = 0; i < module_->parameter_count(); ++i) all.push_back(module_->parameter(i).requires_grad());
    return all;
}

std::vector<std::int32_t> connectome::cells(std::string_view name) const {
    if (const auto type = type_called(module_->plan(), name); type >= 0) return module_->cells_of(type);
    if (const auto cell = module_->find_cell(name)) return {*cell};
    throw usage_error(fmt::format("{} has no cell type and no cell called {}; its types are {}", module_->plan().name,
                                  name, fmt::join(type_names(module_->plan()), ", ")));
}

connectome_request connectome::request_of(const named_cells_request& named) const {
    connectome_request request{.steps = named.steps,
                               .layout = named.layout,
                               .initial_state = named.start,
                               .continuous = named.time,
                               .all_logits = named.all_steps};
    for (const auto& name : named.record) {
        if (name == output_name) {
            request.record_outputs = true;
        } else {
            request.record_states = true;
        }
    }
    for (const auto& [name, from] : named.silence) {
        if (from < 1)
            throw usage_error(fmt::format("{} is to be silenced from step {}, but steps count from 1", name, from));
        if (from > named.steps.value_or(from))
            throw usage_error(
                fmt::format("{} is to be silenced from step {}, but the run has {}", name, from, *named.steps));
        request.clamps.push_back({.cells = cells(name), .from = from});
    }
    for (const auto& [name, value] : named.clamp) request.clamps.push_back({.cells = cells(name), .value = value});
    for (const auto& [name, current] : named.inject)
        request.injections.push_back({.cells = cells(name), .current = current});
    return request;
}

at::Tensor connectome::answer(const tensors& parameters, bool training, const at::Tensor& input,
                              std::optional<int> steps, layout layout, bool all_steps) {
    require_values(parameters);
    const own_dispatch guard;
    const auto result =
        module_->run_with(parameters, training, input, {.steps = steps, .layout = layout, .all_logits = all_steps});
    return module_->plan().has_readout() ? result.logits : result.output;
}

named_cells_result connectome::run(const tensors& parameters, bool training, const at::Tensor& input,
                                   const named_cells_request& request) {
    require_values(parameters);
    const own_dispatch guard;
    std::map<std::string, at::Tensor> chosen;
    for (const auto& name : request.record)
        if (name != output_name) chosen[name] = at::tensor(cells(name), at::kLong);
    const auto result = module_->run_with(parameters, training, input, request_of(request));
    named_cells_result all{.output = result.output, .logits = result.logits, .times = result.times};
    for (const auto& [name, numbers] : chosen)
        all.recorded[name] = result.states.index_select(2, numbers.to(result.states.device()));
    if (result.outputs.defined()) all.recorded[std::string(output_name)] = result.outputs;
    const auto names = type_names(module_->plan());
    const auto ordered = result.final_state.index_select(1, cells_by_type_.to(result.final_state.device()));
    const auto parts = ordered.split_with_sizes(sizes_of_types_, 1);
    for (std::size_t type = 0; type < names.size(); ++type) all.final_states[names[type]] = parts[type];
    return all;
}

circuit_arrays connectome::arrays() const {
    const auto data = module_->data();
    const auto tensors_of = [](const auto& first, const auto& second, const std::vector<double>& weights) {
        return synapse_arrays{at::tensor(first, at::kInt), at::tensor(second, at::kInt),
                              at::tensor(weights, at::kDouble)};
    };
    const auto projection = [&](const circuit::projection& one) -> std::optional<synapse_arrays> {
        if (one.size() == 0) return std::nullopt;
        return tensors_of(one.cells, one.channels, one.weights);
    };
    const auto& [neurons, synapses] = data.graph;
    circuit_arrays all{.synapses = tensors_of(synapses.presynaptic, synapses.postsynaptic, synapses.weights),
                       .types = {},
                       .ids = neurons.ids,
                       .classes = neurons.classes,
                       .stimulus = projection(data.stimulus),
                       .output = projection(data.output)};
    for (const auto type : neurons.types) all.types.push_back(neurons.type_names[static_cast<std::size_t>(type)]);
    return all;
}

std::unique_ptr<connectome> connectome::copied() const {
    auto copy = std::dynamic_pointer_cast<connectome_module>(module_->clone(std::nullopt));
    return std::unique_ptr<connectome>(new connectome(std::move(copy)));
}

connectome_data data_from_arrays(const plan::connectome& plan, const circuit_arrays& given) {
    const auto count = static_cast<std::int64_t>(given.types.size());
    if (count > std::numeric_limits<std::int32_t>::max())
        throw usage_error(fmt::format("{} cells are more than a connectome can have", count));
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.type_names = type_names(plan);
    neurons.ids = given.ids;
    if (!given.classes.empty() && given.classes.size() != given.types.size())
        throw usage_error(fmt::format("there are {} cells, but {} classes", count, given.classes.size()));
    neurons.classes = given.classes;
    std::unordered_map<std::string_view, std::int32_t> number;
    for (std::size_t type = 0; type < plan.types.size(); ++type)
        number.emplace(plan.types[type].name, static_cast<std::int32_t>(type));
    for (std::size_t cell = 0; cell < given.types.size(); ++cell) {
        const auto type = number.find(given.types[cell]);
        if (type == number.end())
            throw usage_error(fmt::format("cell {} is of a type {}, which {} doesn't declare; its types are {}",
                                          given.ids.empty() ? std::to_string(cell) : given.ids[cell], given.types[cell],
                                          plan.name, fmt::join(neurons.type_names, ", ")));
        neurons.types.push_back(type->second);
    }
    synapses = summed(
        given.synapses,
        {.first = "presynaptic cells", .second = "postsynaptic cells", .first_count = count, .second_count = count},
        [&](std::int32_t cell, std::size_t entry, double weight) {
            if (weight < 0) require_hybrid(plan, data.graph.neurons, cell, entry, weight);
        });
    if (given.stimulus) data.stimulus = projection_of(*given.stimulus, "stimulus", plan, plan.stimulus, count);
    if (given.output) data.output = projection_of(*given.output, "output", plan, plan.output, count);
    return data;
}

}  // namespace cortexpr::python
