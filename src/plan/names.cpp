#include <cortexpr/plan/names.hpp>

#include "../edit_distance.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace cortexpr::plan {

namespace {

/// All spellings of one thing, the full name first.
using spellings = std::vector<std::string>;

/// The index of the thing that has this name.
int find(const network& network, std::string_view kind, std::string_view name, const std::vector<spellings>& things) {
    std::vector<std::size_t> found;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < things.size(); ++i)
        for (const auto& spelling : things[i]) {
            const bool is_it = name == spelling;
            if (is_it && &spelling == &things[i].front()) return static_cast<int>(i);
            if (is_it) found.push_back(i);
            known.push_back(spelling);
        }
    if (found.size() == 1) return static_cast<int>(found.front());
    if (things.empty()) throw usage_error(fmt::format("{} has no {}", network.name, kind));
    if (found.empty())
        throw usage_error(fmt::format("{} has no {} \"{}\"; the nearest name is \"{}\"", network.name, kind, name,
                                      *nearest(name, known)));
    std::vector<std::string> full;
    for (const std::size_t i : found) full.push_back(fmt::format("\"{}\"", things[i].front()));
    throw usage_error(
        fmt::format("{} has more than one {} \"{}\"; write {}", network.name, kind, name, fmt::join(full, " or ")));
}

spellings names_of(const network& network, const neuron_type& type) {
    return {full_name(network, type), std::string(type.name)};
}

spellings names_of(const network& network, const edge& edge) {
    const auto area = area_at(network, edge.area).name, to = target_name(network, edge);
    std::vector<std::string_view> sources{source_name(network, edge)};
    if (edge.from == edge::source::top_down) sources.emplace_back("feedback");  // as what is recorded of it is called
    spellings all;
    for (const auto from : sources)
        all.insert(all.end(),
                   {fmt::format("{}.{}->{}", area, from, to), fmt::format("{0}.{1}->{0}.{2}", area, from, to),
                    fmt::format("{}->{}", from, to), fmt::format("{}->{}.{}", from, area, to)});
    return all;
}

spellings names_of(const network& network, const feedback_edge& edge) { return {full_name(network, edge)}; }

/// The state-dict name, and "weight_of(...)" around each spelling of the owner.
spellings names_of(const network& network, const parameter& parameter) {
    using role = parameter::role;
    const auto owner = static_cast<std::size_t>(parameter.owner);
    spellings owners;
    switch (parameter.is) {
        case role::edge_weight:
        case role::edge_bias:
            owners = names_of(network, network.edges[owner]);
            break;
        case role::feedback_weight:
        case role::feedback_bias:
            owners = names_of(network, network.feedback[owner]);
            break;
        case role::tau:
            owners = names_of(network, network.types[owner]);
            break;
        default:  // of the readout, which has no other name
            break;
    }
    const bool is_bias = parameter.is == role::edge_bias || parameter.is == role::feedback_bias;
    const std::string_view part = parameter.is == role::tau ? "tau_of" : is_bias ? "bias_of" : "weight_of";
    spellings all{std::string(std::string_view(parameter.name))};
    for (const auto& name : owners) all.push_back(fmt::format("{}({})", part, name));
    return all;
}

template <class Thing>
std::vector<spellings> names_of(const network& network, std::span<const Thing> things) {
    std::vector<spellings> all;
    for (const auto& thing : things) all.push_back(names_of(network, thing));
    return all;
}

}  // namespace

std::string full_name(const network& network, const neuron_type& type) {
    return fmt::format("{}.{}", area_at(network, type.area).name, type.name);
}

std::string full_name(const network& network, const edge& edge) {
    return fmt::format("{}.{}->{}", area_at(network, edge.area).name, source_name(network, edge),
                       target_name(network, edge));
}

std::string full_name(const network& network, const feedback_edge& edge) {
    return fmt::format("{}->{}", area_at(network, edge.from).name, area_at(network, edge.to).name);
}

int find_area(const network& network, std::string_view name) {
    std::vector<spellings> all;
    for (const auto& area : network.areas) all.push_back({std::string(area.name)});
    return find(network, "area", name, all);
}

int find_type(const network& network, std::string_view name) {
    return find(network, "neuron type", name, names_of(network, network.types));
}

int find_edge(const network& network, std::string_view name) {
    return find(network, "edge", name, names_of(network, network.edges));
}

int find_feedback(const network& network, std::string_view name) {
    return find(network, "feedback", name, names_of(network, network.feedback));
}

int find_parameter(const network& network, std::string_view name) {
    return find(network, "parameter", name, names_of(network, network.parameters));
}

}  // namespace cortexpr::plan
