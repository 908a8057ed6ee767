#include "fingerprint.hpp"

#include "../fnv_hash.hpp"

#include <fmt/format.h>

#include <iterator>

namespace cortexpr {

namespace {

template <class... Values>
void add(std::string& text, const Values&... values) {
    (fmt::format_to(std::back_inserter(text), "{} ", values), ...);
}

void add_shape(std::string& text, const plan::map_shape& shape) {
    add(text, shape.channels, shape.height, shape.width);
}

/// A single name as its number, chains and custom functions by their names.
void add_function(std::string& text, const activation_function& function) {
    if (function.has_one_name()) {
        add(text, static_cast<int>(function.members[0]));
    } else {
        add(text, std::string_view(name_of(function)));
    }
}

std::string spelled(const plan::network& network) {
    std::string text;
    add(text, static_cast<int>(network.pool), network.area_delay);
    for (const auto& area : network.areas) {
        add_shape(text, area.input);
        add_shape(text, area.output);
        add_shape(text, area.feedback);
        add_function(text, area.output_nonlinearity);
        add(text, area.types, area.edges);
        if (area.initial_output != fill::zeros) add(text, "output", static_cast<int>(area.initial_output));
        if (area.initial_feedback != fill::zeros) add(text, "feedback", static_cast<int>(area.initial_feedback));
    }
    for (const auto& type : network.types) {
        add(text, type.area, static_cast<int>(type.kind));
        add_function(text, type.nonlinearity);
        add(text, static_cast<int>(type.tau), static_cast<int>(type.initial_state));
        add_shape(text, type.shape);
    }
    for (const auto& edge : network.edges) {
        add(text, edge.area, edge.row, edge.column, edge.extent.height, edge.extent.width, edge.groups, edge.stride,
            edge.upsample);
        add_function(text, edge.nonlinearity);
        add(text, edge.sign, edge.non_negative);
    }
    for (const auto& edge : network.feedback) {
        add(text, edge.from, edge.to, edge.extent.height, edge.extent.width);
        add_function(text, edge.nonlinearity);
    }
    const auto& head = network.readout;
    add(text, head.classes, head.hidden, head.dropout, static_cast<int>(head.pool), head.pool_height, head.pool_width);
    if (head.is_regressor) add(text, 1);
    for (const auto& parameter : network.parameters) {
        add(text, std::string_view(parameter.name));
        for (const int size : parameter.shape) add(text, size);
    }
    return text;
}

}  // namespace

std::string fingerprint(const plan::network& network) {
    fnv_hash hash;
    hash.add(spelled(network));
    return fmt::format("{:016x}", hash.value());
}

}  // namespace cortexpr
