#pragma once
// The rules of one area, as one pass over the arrays of its declaration. The first fault found is the one told.

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/dsl/area.hpp>

namespace cortexpr::check {

/// Channels that a row's source sends.
constexpr int presynaptic_channels(const area_declaration& area, const row_declaration& row) {
    using source = row_declaration::source;
    switch (row.from) {
        case source::stimulus:
            return area.input_channels;
        case source::top_down:
            return area.feedback_channels;
        case source::neuron_type:
            return area.types[static_cast<std::size_t>(row.neuron_type)].subtypes;
        default:
            return 0;
    }
}

/// Channels of a column's target; the column after the last neuron type is the output.
constexpr int postsynaptic_channels(const area_declaration& area, std::size_t column) {
    return column < area.types.size() ? area.types[column].subtypes : area.output_channels;
}

consteval diagnosis diagnose(const area_declaration& area) {
    for (std::size_t i = 0; i < area.types.size(); ++i)
        if (!area.types[i].is_neuron_type) return {rule::not_a_neuron_type, {static_cast<int>(i)}};
    for (std::size_t column = 0; column < area.types.size(); ++column) {
        bool reached = false;
        for (const auto& row : area.rows) reached |= row.cells[column].present();
        if (!reached) return {rule::receives_nothing, {static_cast<int>(column)}};
    }
    for (std::size_t r = 0; r < area.rows.size(); ++r) {
        for (std::size_t column = 0; column < area.rows[r].cells.size(); ++column) {
            const auto& cell = area.rows[r].cells[column];
            const int from = presynaptic_channels(area, area.rows[r]), to = postsynaptic_channels(area, column);
            if (cell.present() && (from % cell.with.groups != 0 || to % cell.with.groups != 0))
                return {rule::groups, {static_cast<int>(r), static_cast<int>(column), from, to}};
        }
    }
    return {};
}

}  // namespace cortexpr::check
