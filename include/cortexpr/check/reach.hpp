#pragma once
// The rules of who reaches whom in an area. They hold of a matrix whose rows and cells are in order.

#include <cortexpr/compiler.hpp>

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
    /// Adds all that the set sends to, and what those send to, and so on.
    constexpr void follow_edges() {
        for (std::size_t next = 0; next < count_; ++next) {
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

/// The types that stay silent: they are 0 for a drive below 0, and hear inhibition, or each other, alone.
class silent_types {
  public:
    constexpr explicit silent_types(const area_declaration& area) : area_(area), is_in_(area.types.size(), false) {
        for (std::size_t type = 0; type < is_in_.size(); ++type)
            is_in_[type] = is_zero_below_zero(area.types[type].nonlinearity);
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t type = 0; type < is_in_.size(); ++type) {
                if (!is_in_[type] || !is_excited(type)) continue;
                is_in_[type] = false;
                changed = true;
            }
        }
    }
    /// The first of them, or the number of types.
    constexpr std::size_t first() const {
        std::size_t type = 0;
        while (type < is_in_.size() && !is_in_[type]) ++type;
        return type;
    }
    /// Whether any term of a column can be above 0. (No edge's nonlinearity turns the sign of what an inhibitory source
    /// gives: rule E10.)
    constexpr bool is_excited(std::size_t column) const {
        for (const auto& row : area_.rows) {
            const auto& cell = row.cells[column];
            if (cell.present() && class_of_source(area_, row) != neuron_class::inhibitory &&
                !is_nothing(row, cell.with))
                return true;
        }
        return false;
    }

  private:
    /// Whether the edge of a silent type gives 0.
    constexpr bool is_nothing(const row_declaration& row, const edge& with) const {
        if (row.from != source::neuron_type || with.bias || !keeps_below_zero(with.nonlinearity)) return false;
        const auto type = static_cast<std::size_t>(row.neuron_type);
        return is_in_[type] && area_.types[type].initial_state == fill::zeros;
    }

    const area_declaration& area_;
    list_of<bool> is_in_;
};

constexpr diagnosis diagnose_reach(const area_declaration& area) {
    const std::size_t types = area.types.size();
    bool any_output = false;
    for (const auto& row : area.rows) any_output |= row.cells[types].present();
    if (!any_output) return found(rule::no_output_edge, place::output);

    reached from_input(area), to_output(area);
    for (const auto& row : area.rows) {
        if (row.from == source::neuron_type) continue;
        bool used = row.cells[types].present();
        for (std::size_t type = 0; type < types; ++type) {
            if (!row.cells[type].present()) continue;
            used = true;
            from_input.add(type);
        }
        if (!used)
            return found(row.from == source::stimulus ? rule::unused_stimulus : rule::unused_top_down,
                         place::declaration);
    }
    list_of<bool> receives(types, false);
    for (const auto& row : area.rows) {
        const auto* cells = row.cells.data();
        for (std::size_t type = 0; type < types; ++type)
            if (cells[type].present()) receives[type] = true;
    }
    for (std::size_t type = 0; type < types; ++type)
        if (!receives[type]) return found(rule::receives_nothing, place::neuron_type, type);
    from_input.follow_edges();
    if (from_input.first_outside() < types)
        return found(rule::hears_no_input, place::neuron_type, from_input.first_outside());

    for (std::size_t type = 0; type < types; ++type)
        if (to_output.cells_from(type)[types].present()) to_output.add(type);
    to_output.follow_edges_backward();
    if (to_output.first_outside() < types)
        return found(rule::reaches_nothing, place::neuron_type, to_output.first_outside());
    const silent_types silent(area);
    if (silent.first() < types) return found(rule::only_inhibited, place::neuron_type, silent.first());
    if (is_zero_below_zero(area.output_nonlinearity) && !silent.is_excited(types))
        return found(rule::only_inhibited_output, place::output);
    return {};
}

}  // namespace cortexpr::check
