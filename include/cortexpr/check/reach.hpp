#pragma once
// The rules of who reaches whom in an area. They hold of a matrix whose rows and cells are in order.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/neuron.hpp>
#include <cortexpr/check/wiring.hpp>

namespace cortexpr::check {

/// A set of neuron types that grows along the edges, each type looked at once.
class reached {
  public:
    constexpr explicit reached(const area_declaration& area)
        : area_(area),
          first_row_(area.rows.size() - area.types.size()),
          is_in_(area.types.size(), false),
          order_(area.types.size(), 0) {}

    constexpr void add(std::size_t type) {
        if (is_in_[type]) return;
        is_in_[type] = true;
        order_[count_++] = type;
    }
    /// Adds all that the set sends to, and what those send to, and so on; on from the types that `passes_on` says.
    template <class Predicate>
    constexpr void follow_edges(Predicate&& passes_on) {
        for (std::size_t next = 0; next < count_ && count_ < is_in_.size(); ++next) {
            if (!passes_on(order_[next])) continue;
            const auto* cells = cells_from(order_[next]);
            for (std::size_t to = 0; to < is_in_.size(); ++to)
                if (cells[to].present()) add(to);
        }
    }
    /// Adds all that sends to the set, and what sends to those, and so on.
    constexpr void follow_edges_backward() {
        for (std::size_t next = 0; next < count_; ++next)
            for (std::size_t from = 0; from < is_in_.size(); ++from)
                if (!is_in_[from] && cells_from(from)[order_[next]].present()) add(from);
    }
    /// The first type that is not in the set, or the number of types.
    constexpr std::size_t first_outside() const {
        std::size_t type = 0;
        while (type < is_in_.size() && is_in_[type]) ++type;
        return type;
    }
    constexpr bool has(std::size_t type) const { return is_in_[type]; }
    constexpr const cell_declaration* cells_from(std::size_t type) const {
        return area_.rows[first_row_ + type].cells.data();
    }

  private:
    const area_declaration& area_;
    std::size_t first_row_;
    list_of<bool> is_in_;
    list_of<std::size_t> order_;
    std::size_t count_ = 0;
};

/// Whether an edge excites even where its source is 0, or has no sign of its own.
constexpr bool excites_alone(const area_declaration& area, const row_declaration& row, const edge& with) {
    if (row.from != source::neuron_type) return true;
    return class_of_rates(area, row) != neuron_class::inhibitory && (with.bias || !keeps_below_zero(with.nonlinearity));
}

/// Adds the types that may be above 0: all but those that are 0 for a drive below 0, start from 0, and hear inhibition,
/// or each other, alone.
constexpr void add_awake(const area_declaration& area, reached& awake) {
    for (std::size_t type = 0; type < area.types.size(); ++type)
        if (!is_zero_below_zero(area.types[type].nonlinearity) || area.types[type].initial_state != fill::zeros)
            awake.add(type);
    for (const auto& row : area.rows) {
        const auto* cells = row.cells.data();
        for (std::size_t type = 0; type < area.types.size(); ++type)
            if (cells[type].present() && !awake.has(type) && excites_alone(area, row, cells[type].with))
                awake.add(type);
    }
    awake.follow_edges([&area](std::size_t type) { return !only_inhibits(area.types[type]); });
}

/// Whether anything that the output hears may be above 0.
constexpr bool is_output_excited(const area_declaration& area, const reached& awake) {
    for (const auto& row : area.rows) {
        const auto& cell = row.cells[area.types.size()];
        if (!cell.present() || class_of_rates(area, row) == neuron_class::inhibitory) continue;
        if (excites_alone(area, row, cell.with) || awake.has(static_cast<std::size_t>(row.neuron_type))) return true;
    }
    return false;
}

/// The silent type to be named: the first that hears inhibition alone, since others may hear it, else the first.
constexpr std::size_t first_silent(const area_declaration& area, const reached& awake) {
    for (std::size_t type = 0; type < area.types.size(); ++type) {
        bool is_excitable = awake.has(type);
        for (const auto& row : area.rows)
            is_excitable |= row.cells[type].present() && class_of_rates(area, row) != neuron_class::inhibitory;
        if (!is_excitable) return type;
    }
    return awake.first_outside();
}

/// Adds the types that a row's source sends to. Whether there are any, or it sends to the output.
constexpr bool add_targets(const row_declaration& row, std::size_t types, reached& set) {
    bool used = row.cells[types].present();
    for (std::size_t type = 0; type < types; ++type) {
        if (!row.cells[type].present()) continue;
        used = true;
        set.add(type);
    }
    return used;
}

/// The first type that nothing sends to, or the number of types.
constexpr std::size_t first_without_source(const area_declaration& area) {
    const std::size_t types = area.types.size();
    list_of<bool> receives(types, false);
    for (const auto& row : area.rows) {
        const auto* cells = row.cells.data();
        for (std::size_t type = 0; type < types; ++type)
            if (cells[type].present()) receives[type] = true;
    }
    std::size_t first = 0;
    while (first < types && receives[first]) ++first;
    return first;
}

constexpr diagnosis diagnose_reach(const area_declaration& area) {
    const std::size_t types = area.types.size();
    bool any_output = false;
    for (const auto& row : area.rows) any_output |= row.cells[types].present();
    if (!any_output) return found(rule::no_output_edge, place::output);

    reached from_input(area), to_output(area);
    for (const auto& row : area.rows) {
        if (row.from == source::neuron_type) continue;
        if (!add_targets(row, types, from_input))
            return found(row.from == source::stimulus ? rule::unused_stimulus : rule::unused_top_down,
                         place::declaration);
    }
    if (const auto type = first_without_source(area); type < types)
        return found(rule::receives_nothing, place::neuron_type, type);
    from_input.follow_edges(always);
    if (from_input.first_outside() < types)
        return found(rule::hears_no_input, place::neuron_type, from_input.first_outside());

    for (std::size_t type = 0; type < types; ++type)
        if (to_output.cells_from(type)[types].present()) to_output.add(type);
    to_output.follow_edges_backward();
    if (to_output.first_outside() < types)
        return found(rule::reaches_nothing, place::neuron_type, to_output.first_outside());
    reached awake(area);
    add_awake(area, awake);
    if (awake.first_outside() < types)
        return found(rule::only_inhibited, place::neuron_type, first_silent(area, awake));
    if (is_zero_below_zero(area.output_nonlinearity) && !is_output_excited(area, awake))
        return found(rule::only_inhibited_output, place::output);
    return {};
}

}  // namespace cortexpr::check
