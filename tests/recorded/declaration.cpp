#include "declaration.hpp"

#include "catch.hpp"

#include <cortexpr/describe/describe.hpp>

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

bool is_named(const activation_function& function, const json& name) {
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

/// Whether our value of a keyword argument is the recorded one: a scalar of theirs stands for every entry of ours, and
/// what a matrix holds where there is no edge says nothing. `wiring` is null for what is no matrix of edges.
void check_argument(const std::string& name, const json& ours, const json& theirs, const json& wiring) {
    INFO(name);
    const auto equal = [](const json& a, const json& b) {
        if (a.is_string() && b.is_string()) return plain(a.get<std::string>()) == plain(b.get<std::string>());
        return a == b;
    };
    if (wiring.is_null()) {
        if (ours.is_array() && !theirs.is_array()) {
            for (const auto& entry : ours) CHECK(equal(entry, theirs));
        } else if (ours.is_array()) {
            REQUIRE(ours.size() == theirs.size());
            for (std::size_t i = 0; i < ours.size(); ++i) CHECK(equal(ours[i], theirs[i]));
        } else {
            CHECK(equal(ours, theirs));
        }
        return;
    }
    for (std::size_t row = 0; row < wiring.size(); ++row)
        for (std::size_t column = 0; column < wiring[row].size(); ++column)
            if (wiring[row][column] != 0)
                CHECK(equal(ours[row][column],
                            theirs.is_array() && theirs.size() == wiring.size() && theirs[row].is_array()
                                ? theirs[row][column]
                                : theirs));
}

/// The keyword arguments that we write for the reference are those that the run was recorded with; those that the run
/// left out have the reference's default.
void check_arguments(const plan::network& plan, const recorded_run& run) {
    const json arguments = describe::reference_arguments(plan);
    const json area_defaults{{"in_class", "hybrid"},
                             {"feedback_class", "hybrid"},
                             {"num_neuron_subtypes", 16},
                             {"neuron_type_class", "hybrid"},
                             {"neuron_type_density", "same"},
                             {"neuron_type_nonlinearity", "sigmoid"},
                             {"tau_mode", "subtype"},
                             {"tau_init_fn", "ones"},
                             {"inter_neuron_type_spatial_extents", json::array({3, 3})},
                             {"inter_neuron_type_num_subtype_groups", 1},
                             {"inter_neuron_type_nonlinearity", nullptr},
                             {"inter_neuron_type_bias", true},
                             {"out_nonlinearity", nullptr},
                             {"default_neuron_state_init_fn", "zeros"},
                             {"default_feedback_state_init_fn", "zeros"},
                             {"default_output_state_init_fn", "zeros"}};
    for (std::size_t i = 0; i < plan.areas.size(); ++i) {
        const auto& wiring = run.area(i)["inter_neuron_type_connectivity"];
        const auto& ours = arguments["rnn"]["area_kwargs"][i];
        for (const auto& [name, value] : run.area(i).items()) REQUIRE(ours.contains(name));
        for (const auto& [name, value] : ours.items()) {
            const bool of_edges = name.starts_with("inter_neuron_type_") && name != "inter_neuron_type_connectivity";
            REQUIRE((run.area(i).contains(name) || area_defaults.contains(name)));
            check_argument(name, value, run.area(i).contains(name) ? run.area(i)[name] : area_defaults[name],
                           of_edges ? wiring : json(nullptr));
        }
    }
    const json network_defaults{{"area_time_delay", false},
                                {"pool_mode", "max"},
                                {"inter_area_feedback_spatial_extents", json::array({3, 3})},
                                {"inter_area_feedback_nonlinearity", nullptr}};
    const auto& ours = arguments["rnn"];
    for (const auto& [name, value] : ours.items()) {
        if (name == "area_kwargs") continue;
        REQUIRE((run.network().contains(name) || network_defaults.contains(name)));
        const bool of_feedback = name.starts_with("inter_area_") && name != "inter_area_feedback_connectivity";
        check_argument(name, value, run.network().contains(name) ? run.network()[name] : network_defaults[name],
                       of_feedback ? ours["inter_area_feedback_connectivity"] : json(nullptr));
    }
    REQUIRE(arguments["classifier"].is_null() == !run.has_readout());
    if (!run.has_readout()) return;
    const json head_defaults{{"pool_size_classifier", {1, 1}}, {"pool_mode_classifier", "max"}};
    const auto& head = run.description["classifier"];
    for (const auto& [name, value] : arguments["classifier"].items())
        check_argument(name, value, head.contains(name) ? head[name] : head_defaults.at(name), nullptr);
}

}  // namespace

void check_declaration(const plan::network& plan, const recorded_run& run) {
    REQUIRE(plan.areas.size() == run.network()["num_areas"]);
    for (std::size_t i = 0; i < plan.areas.size(); ++i) check_area(plan, plan.areas[i], run.area(i));
    check_feedback(plan, run.network());
    CHECK((plan.area_delay == 1) == run.network().value("area_time_delay", false));
    if (plan.areas.size() > 1)
        CHECK((plan.pool == pool_mode::max) == (run.network().value("pool_mode", "max") == "max"));
    REQUIRE(plan.has_readout() == run.has_readout());
    if (plan.has_readout()) check_readout(plan.readout, run.description["classifier"]);
    check_arguments(plan, run);
}

}  // namespace cortexpr::recorded
