#include "network.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <fmt/format.h>

namespace cortexpr::python {

namespace {

/// What a name stands for.
enum class map_kind : std::uint8_t { state, output, feedback };

struct named_map {
    map_kind is = map_kind::state;
    std::size_t index = 0;  ///< of the neuron type or area
};

int area_called(const plan::network& plan, std::string_view name, std::string_view suffix) {
    if (name != suffix) return plan::find_area(plan, name.substr(0, name.size() - suffix.size() - 1));
    if (plan.areas.size() > 1)
        throw usage_error(fmt::format("{} has {} areas, so \"{}\" doesn't say whose; write \"{}.{}\"", plan.name,
                                      plan.areas.size(), suffix, plan.areas.back().name, suffix));
    return 0;
}

named_map find_map(const plan::network& plan, std::string_view name) {
    for (const auto& [suffix, is] : {std::pair{std::string_view("output"), map_kind::output},
                                     std::pair{std::string_view("feedback"), map_kind::feedback}})
        if (name == suffix || name.ends_with(fmt::format(".{}", suffix)))
            return {is, static_cast<std::size_t>(area_called(plan, name, suffix))};
    return {map_kind::state, static_cast<std::size_t>(plan::find_type(plan, name))};
}

/// The entry of a vector that is empty where nothing was asked yet.
template <class Entry>
decltype(auto) entry(std::vector<Entry>& entries, std::size_t count, std::size_t index) {
    entries.resize(count);
    return entries[index];
}

/// A name with its area and the same one without it are two keys, of which one would be lost.
template <class Value>
void require_once(const plan::network& plan, const std::map<std::string, Value>& given, std::string_view what) {
    std::map<std::pair<map_kind, std::size_t>, std::string_view> seen;
    for (const auto& [name, value] : given) {
        const auto [is, index] = find_map(plan, name);
        const auto [before, is_new] = seen.emplace(std::pair(is, index), name);
        if (!is_new)
            throw usage_error(
                fmt::format("{} names the same twice, as {} and as {}; give it once", what, before->second, name));
    }
}

run_request request_of(const plan::network& plan, const named_request& named) {
    run_request request{
        .steps = named.steps, .layout = named.layout, .continuous = named.time, .all_logits = named.all_steps};
    for (const auto& text : named.perturbations)
        request.perturbations.push_back(workbench::perturbation_in(plan, text));
    const auto types = plan.types.size(), areas = plan.areas.size();
    require_once(plan, named.silence, "silence");
    require_once(plan, named.start, "start");
    for (const auto& name : named.record) {
        const auto [is, index] = find_map(plan, name);
        if (is == map_kind::state) entry(request.record_states, types, index) = true;
        if (is == map_kind::output) entry(request.record_outputs, areas, index) = true;
        if (is == map_kind::feedback) entry(request.record_feedback, areas, index) = true;
    }
    for (const auto& [name, from] : named.silence) {
        const int index = plan::find_type(plan, name);
        if (from < 1)
            throw usage_error(fmt::format("{} is to be silenced from step {}; steps count from 1", name, from));
        request.perturbations.push_back({.is = perturbation::kind::silence, .index = index, .from = from});
    }
    for (const auto& [name, value] : named.start) {
        const auto [is, index] = find_map(plan, name);
        if (is == map_kind::state) entry(request.initial_states, types, index) = value;
        if (is == map_kind::output) entry(request.initial_outputs, areas, index) = value;
        if (is == map_kind::feedback) entry(request.initial_feedback, areas, index) = value;
    }
    return request;
}

named_result named(const plan::network& plan, const named_request& request, const run_result& result) {
    named_result all{.output = result.output, .logits = result.logits, .times = result.times};
    for (const auto& name : request.record) {
        const auto [is, index] = find_map(plan, name);
        const auto& recorded = is == map_kind::state    ? result.states
                               : is == map_kind::output ? result.outputs
                                                        : result.feedback;
        all.recorded[name] = recorded[index];
    }
    for (std::size_t i = 0; i < plan.types.size(); ++i)
        all.final_states[plan::full_name(plan, plan.types[i])] = result.final_states[i];
    return all;
}

}  // namespace

at::Tensor network::answer(const tensors& parameters, bool training, const at::Tensor& input, std::optional<int> steps,
                           layout layout, bool all_steps) {
    require_values(parameters);
    const own_dispatch guard;
    const auto result = module_.run_with(
        parameters, training, input, {.steps = steps, .layout = layout, .all_logits = all_steps, .answer_only = true});
    return module_.plan().has_readout() ? result.logits : result.output;
}

named_result network::run(const tensors& parameters, bool training, const at::Tensor& input,
                          const named_request& request) {
    require_values(parameters);
    const own_dispatch guard;
    const auto& plan = module_.plan();
    return named(plan, request, module_.run_with(parameters, training, input, request_of(plan, request)));
}

void network::initialise(const tensors& parameters, initialisation how, std::uint64_t seed, const at::Tensor& inputs,
                         int steps) {
    const own_dispatch guard;
    take(parameters);
    cortexpr::initialise(module_, how, seed, inputs, steps);
    give(parameters);
}

}  // namespace cortexpr::python
