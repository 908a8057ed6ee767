#pragma once
// The rules of an area's connectivity matrix: its rows, its cells, and who reaches whom.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/check/list_of.hpp>
#include <cortexpr/check/nonlinearity.hpp>
#include <cortexpr/dsl/area.hpp>

namespace cortexpr::check {

using source = row_declaration::source;

/// Channels that a row's source sends.
constexpr int channels_of_source(const area_declaration& area, const row_declaration& row) {
    switch (row.from) {
        case source::stimulus:
            return area.input_channels;
        case source::top_down:
            return area.feedback_channels;
        case source::neuron_type:
            return area.types[static_cast<std::size_t>(row.neuron_type)].subtypes;
        case source::not_in_area:
        default:
            return 0;
    }
}

/// The class of what a row sends: that of a neuron type. Hybrid where it may have either sign, as signed rates, pixels
/// and what other areas send, whose class is one of weights.
constexpr neuron_class class_of_rates(const area_declaration& area, const row_declaration& row) {
    if (row.from != source::neuron_type) return neuron_class::hybrid;
    const auto& type = area.types[static_cast<std::size_t>(row.neuron_type)];
    return type.signed_rates ? neuron_class::hybrid : type.kind;
}

/// Channels of a column's target; the column after the last neuron type is the output.
constexpr int channels_of_target(const area_declaration& area, std::size_t column) {
    return column < area.types.size() ? area.types[column].subtypes : area.output_channels;
}

/// The map that an edge's kernel slides over: the half grid from one half-density type to another, else the area's.
constexpr extent map_of_edge(const area_declaration& area, const row_declaration& row, std::size_t column) {
    const bool half = row.from == source::neuron_type && column < area.types.size() &&
                      area.types[static_cast<std::size_t>(row.neuron_type)].half_density &&
                      area.types[column].half_density;
    return half ? extent{(area.height + 1) / 2, (area.width + 1) / 2} : extent{area.height, area.width};
}

/// Rows: known sources, each once, none missing, in order. The diagnosis of the order names two rows: the one that
/// stands in the wrong place, and the one that belongs there.
constexpr diagnosis diagnose_rows(const area_declaration& area) {
    const auto& rows = area.rows;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (!rows[r].is_row) return found(rule::not_a_row, place::row, r);
        if (rows[r].from == source::not_in_area) return found(rule::unknown_source, place::row, r);
        if (rows[r].from == source::top_down && !area.hears_feedback)
            return found(rule::top_down_without_channels, place::row, r);
    }
    // Every known source has a rank in the order: stimulus, top_down where there is feedback, neuron types.
    const std::size_t before_types = area.hears_feedback ? 2 : 1;
    const auto rank_of = [&](const row_declaration& row) {
        if (row.from == source::neuron_type) return before_types + static_cast<std::size_t>(row.neuron_type);
        return std::size_t{row.from == source::top_down};
    };
    list_of<std::size_t> row_at(before_types + area.types.size(), rows.size());  // rows.size(): none yet
    for (std::size_t r = 0; r < rows.size(); ++r) {
        auto& row = row_at[rank_of(rows[r])];
        if (row != rows.size()) return found(rule::repeated_row, place::row, r);
        row = r;
    }
    for (std::size_t wanted = 0; wanted < row_at.size(); ++wanted) {
        if (row_at[wanted] != rows.size()) continue;
        if (wanted == 0) return found(rule::missing_stimulus_row, place::declaration);
        if (wanted < before_types) return found(rule::missing_top_down_row, place::declaration);
        return found(rule::missing_row, place::neuron_type, wanted - before_types);
    }
    for (std::size_t r = 0; r < rows.size(); ++r)
        if (row_at[r] != r) return found(rule::row_order, place::row, r, row_at[r]);
    return {};
}

/// What an edge says of itself, and of the channels and the map that it meets.
constexpr rule broken_by(const edge& with, int source_channels, int target_channels, extent map) {
    const auto [height, width] = with.extent;
    if (height < 1 || width < 1) return rule::small_extent;
    if (height % 2 == 0 || width % 2 == 0) return rule::even_extent;
    if (height > map.height || width > map.width) return rule::large_extent;
    if (with.groups < 1) return rule::few_groups;
    if (source_channels % with.groups != 0) return rule::groups_of_source;
    if (target_channels % with.groups != 0) return rule::groups_of_target;
    return broken_by(with.nonlinearity);
}

/// Cells: as many as targets, and each 0, 1 or an edge that fits.
constexpr diagnosis diagnose_cells(const area_declaration& area) {
    using mark = cell_declaration::mark;
    const std::size_t targets = area.types.size() + 1;
    for (std::size_t r = 0; r < area.rows.size(); ++r) {
        const auto& row = area.rows[r];
        if (row.cells.size() < targets) return found(rule::few_cells, place::row, r);
        if (row.cells.size() > targets) return found(rule::many_cells, place::row, r);
        const int source_channels = channels_of_source(area, row);
        std::size_t column = 0;
        for (const auto& cell : row.cells) {
            if (cell.is == mark::negative) return found(rule::negative_cell, place::cell, r, column);
            if (cell.is == mark::other_number) return found(rule::other_number, place::cell, r, column);
            if (cell.is == mark::no_cell) return found(rule::not_a_cell, place::cell, r, column);
            if (cell.is == mark::present) {
                const rule broken = broken_by(cell.with, source_channels, channels_of_target(area, column),
                                              map_of_edge(area, row, column));
                if (broken != rule::none) return found(broken, place::cell, r, column);
                if (!keeps_sign(cell.with.nonlinearity) && class_of_rates(area, row) != neuron_class::hybrid)
                    return found(rule::negative_edge_nonlinearity, place::cell, r, column);
            }
            ++column;
        }
    }
    return {};
}

}  // namespace cortexpr::check
