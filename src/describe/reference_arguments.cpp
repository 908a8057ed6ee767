// The reference's words for a plan (reference: bioplnn at 0925c94).

#include <cortexpr/describe/describe.hpp>

#include <cortexpr/plan/names.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace cortexpr::describe {

namespace {

using json = nlohmann::ordered_json;

/// Names of torch.nn's classes in lower case, which the reference looks up without regard to case.
std::string reference_name(activation function) {
    std::string name(name_of(function));
    std::erase(name, '_');
    return name;
}

/// A name, several with commas, or null for none.
json reference_name(const activation_function& function) {
    if (function == activation::none) return nullptr;
    if (function.is_custom()) return fmt::format("{}()", function.custom->name);
    std::string names;
    for (int i = 0; i < function.length; ++i)
        names += (i > 0 ? "," : "") + reference_name(function.members[static_cast<std::size_t>(i)]);
    return names;
}

std::string reference_name(tau_mode mode) {
    switch (mode) {
        case tau_mode::per_type:
            return "type";
        case tau_mode::per_subtype:
            return "subtype";
        case tau_mode::spatial:
            return "spatial";
        default:
            return "subtype_spatial";
    }
}

std::string reference_name(fill with) {
    switch (with) {
        case fill::uniform:
            return "rand";
        case fill::normal:
            return "randn";
        default:
            return std::string(name_of(with));
    }
}

std::string reference_name(pool_mode mode) { return mode == pool_mode::max ? "max" : "avg"; }

class arguments {
  public:
    explicit arguments(const plan::network& network) : network_(network) {}

    json written() {
        json areas = json::array();
        for (const auto& area : network_.areas) areas.push_back(area_arguments(area));
        json rnn = {{"num_areas", network_.areas.size()},
                    {"area_kwargs", std::move(areas)},
                    {"area_time_delay", network_.area_delay > 0},
                    {"pool_mode", reference_name(network_.pool)}};
        if (!network_.feedback.empty()) add_feedback(rnn);
        json head = nullptr;
        if (const auto& readout = network_.readout; network_.has_readout())
            head = {{"num_classes", readout.classes},
                    {"fc_dim", readout.hidden},
                    {"dropout", readout.dropout},
                    {"pool_size_classifier", {readout.pool_height, readout.pool_width}},
                    {"pool_mode_classifier", reference_name(readout.pool)}};
        return {{"rnn", std::move(rnn)}, {"classifier", std::move(head)}, {"differences", std::move(differences_)}};
    }

  private:
    template <class... Values>
    void differ(fmt::format_string<Values...> text, Values&&... values) {
        differences_.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    /// An area-wide matrix with one entry for each source and target; `otherwise` where there is no edge.
    template <class Entry>
    json matrix(const plan::area& area, const json& otherwise, Entry entry) const {
        const auto rows = static_cast<std::size_t>(area.types) + (hears_feedback(area) ? 2 : 1);
        json all(rows, json(static_cast<std::size_t>(area.types) + 1, otherwise));
        for (const auto& edge : network_.edges_of(area))
            all[static_cast<std::size_t>(edge.row)][static_cast<std::size_t>(edge.column)] = entry(edge);
        return all;
    }

    /// A list with one entry for each neuron type.
    template <class Entry>
    json list(const plan::area& area, Entry entry) const {
        json all = json::array();
        for (const auto& type : network_.types_of(area)) all.push_back(entry(type));
        return all;
    }

    json area_arguments(const plan::area& area) {
        json all = {
            {"in_size", {area.input.height, area.input.width}},
            {"in_channels", area.input.channels},
            {"out_channels", area.output.channels},
            {"in_class", name_of(area.input_class)},
            {"num_neuron_types", area.types},
            {"num_neuron_subtypes", list(area, [](const auto& type) { return type.shape.channels; })},
            {"neuron_type_class", list(area, [](const auto& type) { return name_of(type.kind); })},
            {"neuron_type_density",
             list(area, [&](const auto& type) { return is_half_density(network_, type) ? "half" : "same"; })},
            {"neuron_type_nonlinearity",
             list(area, [](const auto& type) { return reference_name(type.nonlinearity); })},
            {"tau_mode", list(area, [](const auto& type) { return reference_name(type.tau); })},
            {"tau_init_fn", "ones"},
            {"inter_neuron_type_connectivity", matrix(area, 0, [](const auto&) { return 1; })},
            {"inter_neuron_type_spatial_extents",
             matrix(area, json::array({1, 1}),
                    [](const auto& edge) {
                        return json::array({edge.extent.height, edge.extent.width});
                    })},
            {"inter_neuron_type_num_subtype_groups", matrix(area, 1, [](const auto& edge) { return edge.groups; })},
            {"inter_neuron_type_nonlinearity",
             matrix(area, nullptr, [](const auto& edge) { return reference_name(edge.nonlinearity); })},
            {"inter_neuron_type_bias", matrix(area, false, [](const auto& edge) { return edge.bias >= 0; })},
            {"out_nonlinearity", reference_name(area.output_nonlinearity)},
            {"default_neuron_state_init_fn", neuron_state(area)},
            {"default_output_state_init_fn", reference_name(area.initial_output)}};
        if (hears_feedback(area)) {
            all["feedback_channels"] = area.feedback.channels;
            all["feedback_class"] = name_of(area.feedback_class);
            all["default_feedback_state_init_fn"] = reference_name(area.initial_feedback);
        }
        note_differences(area);
        return all;
    }

    /// The reference has one for all types of an area.
    json neuron_state(const plan::area& area) {
        const auto types = network_.types_of(area);
        const fill first = types.front().initial_state;
        if (std::ranges::any_of(types, [first](const auto& type) { return type.initial_state != first; }))
            differ("the types of {} start from different states, for which the reference has one name an area",
                   area.name);
        return reference_name(first);
    }

    void note_differences(const plan::area& area) {
        if (area.output_nonlinearity != activation::none)
            differ("the reference stores the output nonlinearity of {} and does not apply it", area.name);
        for (const auto& type : network_.types_of(area)) {
            if (is_half_density(network_, type))
                differ("the reference confuses the grids of the half-density type {} in {}", type.name, area.name);
            if (type.initial_tau != tau_start())
                differ("tau of {} in {} starts otherwise than from 1; give the reference a function", type.name,
                       area.name);
            if (type.nonlinearity.is_custom())
                differ("the nonlinearity {} must be a torch module in the reference", type.nonlinearity.custom->name);
        }
    }

    void add_feedback(json& rnn) {
        const auto count = network_.areas.size();
        json wiring(count, json(count, 0)), extents(count, json(count, json::array({1, 1}))),
            nonlinearities(count, json(count, nullptr));
        for (const auto& edge : network_.feedback) {
            const auto from = static_cast<std::size_t>(edge.from), to = static_cast<std::size_t>(edge.to);
            wiring[from][to] = 1;
            extents[from][to] = {edge.extent.height, edge.extent.width};
            nonlinearities[from][to] = reference_name(edge.nonlinearity);
            if (edge.bias < 0)
                differ("the feedback from {} to {} has no bias; the reference's always has one",
                       area_at(network_, edge.from).name, area_at(network_, edge.to).name);
        }
        rnn["inter_area_feedback_connectivity"] = std::move(wiring);
        rnn["inter_area_feedback_spatial_extents"] = std::move(extents);
        rnn["inter_area_feedback_nonlinearity"] = std::move(nonlinearities);
    }

    const plan::network& network_;
    json differences_ = json::array();
};

}  // namespace

json reference_arguments(const plan::network& network) { return arguments(network).written(); }

}  // namespace cortexpr::describe
