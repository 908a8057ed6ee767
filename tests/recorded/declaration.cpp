#include "declaration.hpp"

#include "catch.hpp"

namespace cortexpr::recorded {

namespace {

using nlohmann::json;

/// The entry of a keyword argument that is absent, one value for all, or a list.
json entry(const json& keywords, const char* name, std::size_t index, const json& otherwise) {
    if (!keywords.contains(name)) return otherwise;
    const auto& value = keywords[name];
    return value.is_array() ? value[index] : value;
}

/// The same for a matrix; `depth` is that of one entry.
json cell(const json& keywords, const char* name, const plan::edge& edge, const json& otherwise) {
    if (!keywords.contains(name)) return otherwise;
    const auto& value = keywords[name];
    const auto row = static_cast<std::size_t>(edge.row), column = static_cast<std::size_t>(edge.column);
    return value.is_array() ? value[row][column] : value;
}

/// The reference writes "LeakyReLU" in any case, we write "leaky_relu".
std::string plain(std::string_view name) {
    std::string letters;
    for (const char c : name)
        if (c != '_') letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return letters;
}

bool is_named(activation function, const json& name) {
    return plain(name_of(function)) == (name.is_null() ? "none" : plain(name.get<std::string>()));
}

std::string tau_name(const json& mode) {
    const std::map<std::string, std::string> names{{"type", "per_type"},
                                                   {"subtype", "per_subtype"},
                                                   {"spatial", "spatial"},
                                                   {"subtype_spatial", "per_subtype_spatial"}};
    return names.at(mode);
}

void check_types(const plan::network& plan, const plan::area& area, const json& keywords) {
    REQUIRE(area.types == keywords["num_neuron_types"]);
    const auto types = plan.types_of(area);
    for (std::size_t j = 0; j < types.size(); ++j) {
        CHECK(types[j].shape.channels == entry(keywords, "num_neuron_subtypes", j, 16));
        const bool half = entry(keywords, "neuron_type_density", j, "same") == "half";
        CHECK(types[j].shape.height == (half ? (area.output.height + 1) / 2 : area.output.height));
        CHECK(types[j].shape.width == (half ? (area.output.width + 1) / 2 : area.output.width));
        CHECK(name_of(types[j].kind) == entry(keywords, "neuron_type_class", j, "hybrid"));
        CHECK(is_named(types[j].nonlinearity, entry(keywords, "neuron_type_nonlinearity", j, "sigmoid")));
        CHECK(name_of(types[j].tau) == tau_name(entry(keywords, "tau_mode", j, "subtype")));
        CHECK(name_of(types[j].initial_state) == keywords.value("default_neuron_state_init_fn", "zeros"));
    }
}

void check_edges(const plan::network& plan, const plan::area& area, const json& keywords) {
    json wiring = keywords["inter_neuron_type_connectivity"];
    for (auto& row : wiring)
        for (auto& mark : row) mark = 0;
    for (const auto& edge : plan.edges_of(area)) {
        wiring[static_cast<std::size_t>(edge.row)][static_cast<std::size_t>(edge.column)] = 1;
        const json extent = cell(keywords, "inter_neuron_type_spatial_extents", edge, json::array({3, 3}));
        CHECK(extent == json::array({edge.extent.height, edge.extent.width}));
        CHECK(edge.groups == cell(keywords, "inter_neuron_type_num_subtype_groups", edge, 1));
        CHECK(is_named(edge.nonlinearity, cell(keywords, "inter_neuron_type_nonlinearity", edge, nullptr)));
        CHECK((edge.bias >= 0) == cell(keywords, "inter_neuron_type_bias", edge, true));
        if (edge.from == plan::edge::source::neuron_type) continue;
        const bool is_input = edge.from == plan::edge::source::stimulus;
        const std::string kind = keywords.value(is_input ? "in_class" : "feedback_class", "hybrid");
        CHECK((edge.sign < 0) == (kind == "inhibitory"));
        CHECK(edge.non_negative == (kind != "hybrid"));
    }
    CHECK(wiring == keywords["inter_neuron_type_connectivity"]);
}

void check_area(const plan::network& plan, const plan::area& area, const json& keywords) {
    CHECK(keywords["in_size"] == json::array({area.input.height, area.input.width}));
    CHECK(area.input.channels == keywords["in_channels"]);
    CHECK(area.output.channels == keywords["out_channels"]);
    CHECK(area.feedback.channels == keywords.value("feedback_channels", 0));
    CHECK(is_named(area.output_nonlinearity, keywords.value("out_nonlinearity", json())));
    check_types(plan, area, keywords);
    check_edges(plan, area, keywords);
}

void check_feedback(const plan::network& plan, const json& keywords) {
    const auto areas = plan.areas.size();
    json wiring(areas, json(areas, 0));
    for (const auto& edge : plan.feedback) {
        const auto from = static_cast<std::size_t>(edge.from), to = static_cast<std::size_t>(edge.to);
        wiring[from][to] = 1;
        const auto at = [&](const char* name, const json& otherwise) {
            return keywords.contains(name) ? keywords[name][from][to] : otherwise;
        };
        CHECK(at("inter_area_feedback_spatial_extents", json::array({3, 3})) ==
              json::array({edge.extent.height, edge.extent.width}));
        CHECK(is_named(edge.nonlinearity, at("inter_area_feedback_nonlinearity", nullptr)));
        CHECK(edge.bias >= 0);
    }
    CHECK(wiring == keywords.value("inter_area_feedback_connectivity", wiring));
    if (!keywords.contains("inter_area_feedback_connectivity")) CHECK(plan.feedback.empty());
}

void check_readout(const plan::readout& head, const json& keywords) {
    CHECK(head.classes == keywords["num_classes"]);
    CHECK(head.hidden == keywords["fc_dim"]);
    CHECK(head.dropout == keywords["dropout"]);
    CHECK((head.pool == pool_mode::max) == (keywords.value("pool_mode_classifier", "max") == "max"));
    CHECK(keywords.value("pool_size_classifier", json::array({1, 1})) ==
          json::array({head.pool_height, head.pool_width}));
}

}  // namespace

void check_declaration(const plan::network& plan, const recorded_run& run) {
    REQUIRE(plan.areas.size() == run.network()["num_areas"]);
    for (std::size_t i = 0; i < plan.areas.size(); ++i) check_area(plan, plan.areas[i], run.area(i));
    check_feedback(plan, run.network());
    CHECK((plan.area_delay == 1) == run.network().value("area_time_delay", false));
    if (plan.areas.size() > 1)
        CHECK((plan.pool == pool_mode::max) == (run.network().value("pool_mode", "max") == "max"));
    REQUIRE(plan.is_classifier() == run.is_classifier());
    if (plan.is_classifier()) check_readout(plan.readout, run.description["classifier"]);
}

}  // namespace cortexpr::recorded
