#pragma once
// The rules of one area, as passes over the arrays of its declaration. The first fault found is reported, so the
// order is that of trust: parts and sizes, neuron types, rows, cells, reach.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/neuron.hpp>
#include <cortexpr/check/reach.hpp>
#include <cortexpr/check/wiring.hpp>

namespace cortexpr::check {

/// What stands inside `neurons` or `connectivity` and is of another kind.
constexpr diagnosis diagnose_strangers(const area_declaration& area) {
    for (std::size_t i = 0; i < area.types.size(); ++i)
        if (broken_by(area.types[i]) == rule::not_a_neuron_type)
            return found(rule::not_a_neuron_type, place::neuron_type, i);
    for (std::size_t r = 0; r < area.rows.size(); ++r)
        if (!area.rows[r].is_row) return found(rule::not_a_row, place::row, r);
    return {};
}

constexpr diagnosis diagnose_parts(const area_declaration& area) {
    constexpr area_part needed[]{area_part::input, area_part::neurons, area_part::connectivity, area_part::output};
    if (area.unknown_part >= 0) return found(rule::unknown_area_part, place::part, area.unknown_part);
    for (const auto part : needed) {
        if (area.count(part) > 0) continue;
        // It may stand inside of one that was closed too late.
        const diagnosis stranger = diagnose_strangers(area);
        return stranger.ok() ? found(rule::missing_area_part, place::part, part) : stranger;
    }
    for (int part = 0; part < static_cast<int>(area_part::unknown); ++part)
        if (area.count(static_cast<area_part>(part)) > 1) return found(rule::repeated_area_part, place::part, part);
    if (!is_count(area.input_channels) || !is_count(area.height) || !is_count(area.width))
        return found(rule::input_size, place::declaration);
    if (!is_count(area.output_channels)) return found(rule::output_channels, place::output);
    if (area.hears_feedback && !is_count(area.feedback_channels))
        return found(rule::feedback_channels, place::declaration);
    if (area.feedback_class != neuron_class::hybrid && area.initial_feedback == fill::normal)
        return found(rule::negative_initial_feedback, place::declaration);
    if (const rule broken = broken_by(area.output_nonlinearity); broken != rule::none)
        return found(broken, place::output);
    return {};
}

constexpr diagnosis diagnose(const area_declaration& area) {
    diagnosis first = diagnose_parts(area);
    if (first.ok()) first = diagnose_types(area);
    if (first.ok()) first = diagnose_rows(area);
    if (first.ok()) first = diagnose_cells(area);
    if (first.ok()) first = diagnose_reach(area);
    return first;
}

}  // namespace cortexpr::check
