#pragma once
// The rules of a connectome, in the order of trust: parts, cell types, synapses, stimulus and output, reach.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/check/list_of.hpp>
#include <cortexpr/check/neuron.hpp>
#include <cortexpr/dsl/connectome.hpp>

namespace cortexpr::check {

constexpr diagnosis diagnose_parts(const connectome_declaration& all) {
    constexpr connectome_part needed[]{connectome_part::cells, connectome_part::synapses, connectome_part::stimulus,
                                       connectome_part::output};
    if (all.unknown_part >= 0) return found(rule::unknown_connectome_part, place::part, all.unknown_part);
    for (const auto part : needed)
        if (all.count(part) == 0) return found(rule::missing_connectome_part, place::part, part);
    for (int part = 0; part < static_cast<int>(connectome_part::unknown); ++part)
        if (all.count(static_cast<connectome_part>(part)) > 1)
            return found(rule::repeated_connectome_part, place::part, part);
    return {};
}

/// What one cell type says of itself.
constexpr rule broken_by(const cell_type_declaration& type) {
    if (!type.is_complete) return rule::incomplete_cell_type;
    if (type.is_neuron_type) return rule::neuron_type_as_cell_type;
    if (!type.inherits) return rule::cell_type_inheritance;
    if (!type.is_cell_type) return rule::not_a_cell_type;
    if (!type.is_derived) return rule::underived_cell_type;
    if (type.unknown_option >= 0) return rule::unknown_cell_option;
    if (type.repeated_option >= 0) return rule::repeated_neuron_option;
    if (type.tau != tau_mode::per_type && type.tau != tau_mode::per_neuron) return rule::cell_tau_mode;
    if (const rule broken = broken_by(type.initial_tau); broken != rule::none) return broken;
    if (!is_finite(type.initial_bias)) return rule::initial_bias;
    if (type.bias == bias_mode::none && type.initial_bias != 0.0) return rule::superfluous_initial_bias;
    if (const rule broken = broken_by(type.nonlinearity); broken != rule::none) return broken;
    if (type.kind == neuron_class::hybrid && type.signed_rates) return rule::superfluous_signed_rates;
    if (type.rectified && type.signed_rates) return rule::rectified_signed_rates;
    if (type.rectified && !can_be_negative(type.nonlinearity)) return rule::superfluous_rectified;
    if (type.kind != neuron_class::hybrid && !type.signed_rates) {
        if (!type.rectified && can_be_negative(type.nonlinearity)) return rule::negative_cell_nonlinearity;
        if (type.initial_state == fill::normal) return rule::negative_initial_state;
    }
    return rule::none;
}

constexpr diagnosis diagnose_cell_types(const connectome_declaration& all) {
    const auto& types = all.types;
    if (types.empty()) return found(rule::no_cell_types, place::declaration);
    for (std::size_t i = 0; i < types.size(); ++i) {
        const rule broken = broken_by(types[i]);
        if (broken != rule::none) return found(broken, place::neuron_type, i);
        if (static_cast<std::size_t>(all.first_same_type[i]) != i)
            return found(rule::repeated_cell_type, place::neuron_type, i);
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (all.type_names[earlier] == all.type_names[i])
                return found(rule::repeated_cell_name, place::neuron_type, earlier, i);
    }
    return {};
}

/// The pairs of types that projections name; a list that grows by one row after the other.
class declared_pairs {
  public:
    constexpr explicit declared_pairs(std::size_t types) : types_(types), is_in_(types * types, false) {}

    constexpr bool has(int presynaptic, int postsynaptic) const { return is_in_[index(presynaptic, postsynaptic)]; }
    constexpr void add(int presynaptic, int postsynaptic) { is_in_[index(presynaptic, postsynaptic)] = true; }

  private:
    constexpr std::size_t index(int presynaptic, int postsynaptic) const {
        return static_cast<std::size_t>(presynaptic) * types_ + static_cast<std::size_t>(postsynaptic);
    }

    std::size_t types_;
    list_of<bool> is_in_;
};

/// Rows of `synapses`; the pairs that they name are put into `pairs`.
constexpr diagnosis diagnose_synapses(const connectome_declaration& all, declared_pairs& pairs) {
    if (all.rows.empty()) return found(rule::no_synapses, place::declaration);
    for (std::size_t r = 0; r < all.rows.size(); ++r) {
        const auto& row = all.rows[r];
        if (!row.is_projection) return found(rule::not_a_projection, place::row, r);
        if (row.is_in_the_file) {
            if (all.rows.size() > 1) return found(rule::in_the_file_beside_projections, place::row, r == 0 ? 1 : 0);
            continue;
        }
        if (row.names_all_cells) return found(rule::all_cells_in_projection, place::row, r);
        if (row.presynaptic < 0) return found(rule::unknown_presynaptic_type, place::row, r);
        if (row.postsynaptic.empty()) return found(rule::projection_without_target, place::row, r);
        for (std::size_t t = 0; t < row.postsynaptic.size(); ++t) {
            const int target = row.postsynaptic[t];
            if (target < 0) return found(rule::unknown_postsynaptic_type, place::row, r, t);
            if (pairs.has(row.presynaptic, target)) return found(rule::repeated_projection, place::row, r, t);
            pairs.add(row.presynaptic, target);
        }
    }
    return {};
}

/// The rules that a stimulus and an output part have alike.
struct projection_rules {
    rule no_types, unknown_type, repeated_type, size;
};

constexpr diagnosis diagnose_projection(const projection_declaration& part, place where, projection_rules rules) {
    if (part.kind != projection_kind::one_to_one && part.size < 1) return found(rules.size, place::declaration);
    if (part.types.empty()) return found(rules.no_types, place::declaration);
    if (part.all) return {};
    if (part.all_cells_at >= 0) return found(rule::all_cells_beside_types, where, part.all_cells_at == 0 ? 1 : 0);
    for (std::size_t i = 0; i < part.types.size(); ++i) {
        if (part.types[i] < 0) return found(rules.unknown_type, where, i);
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (part.types[earlier] == part.types[i]) return found(rules.repeated_type, where, i);
    }
    return {};
}

/// A set of cell types that grows along declared projections, each type looked at once.
class reached_types {
  public:
    constexpr reached_types(std::size_t types, const projection_declaration& start)
        : is_in_(types, false), order_(types, 0) {
        for (std::size_t type = 0; start.all && type < types; ++type) add(static_cast<int>(type));
        for (std::size_t i = 0; !start.all && i < start.types.size(); ++i) add(start.types[i]);
    }

    /// Adds all that the set projects to, or, backward, all that projects to the set; and so on.
    constexpr void follow(const declared_pairs& pairs, bool backward) {
        for (std::size_t next = 0; next < count_; ++next)
            for (int other = 0; other < static_cast<int>(is_in_.size()); ++other)
                if (backward ? pairs.has(other, order_[next]) : pairs.has(order_[next], other)) add(other);
    }
    constexpr bool has(std::size_t type) const { return is_in_[type]; }

  private:
    constexpr void add(int type) {
        if (is_in_[static_cast<std::size_t>(type)]) return;
        is_in_[static_cast<std::size_t>(type)] = true;
        order_[count_++] = type;
    }

    list_of<bool> is_in_;
    list_of<int> order_;
    std::size_t count_ = 0;
};

constexpr diagnosis diagnose_reach(const connectome_declaration& all, const declared_pairs& pairs) {
    const std::size_t types = all.types.size();
    reached_types from_stimulus(types, all.stimulus), to_output(types, all.output);
    for (std::size_t type = 0; type < types; ++type) {
        bool hears = from_stimulus.has(type);
        for (std::size_t source = 0; source < types; ++source)
            hears |= pairs.has(static_cast<int>(source), static_cast<int>(type));
        if (!hears) return found(rule::cell_type_hears_nothing, place::neuron_type, type);
    }
    from_stimulus.follow(pairs, false);
    to_output.follow(pairs, true);
    for (std::size_t type = 0; type < types; ++type) {
        if (!from_stimulus.has(type)) return found(rule::cell_type_hears_no_stimulus, place::neuron_type, type);
        if (!to_output.has(type)) return found(rule::cell_type_reaches_nothing, place::neuron_type, type);
    }
    return {};
}

constexpr diagnosis diagnose(const connectome_declaration& all) {
    diagnosis first = diagnose_parts(all);
    if (first.ok()) first = diagnose_cell_types(all);
    declared_pairs pairs(all.types.size());
    if (first.ok()) first = diagnose_synapses(all, pairs);
    if (first.ok())
        first = diagnose_projection(all.stimulus, place::stimulated,
                                    {rule::no_stimulated_types, rule::unknown_stimulated_type,
                                     rule::repeated_stimulated_type, rule::stimulus_size});
    if (first.ok())
        first = diagnose_projection(
            all.output, place::output,
            {rule::no_output_types, rule::unknown_output_type, rule::repeated_output_type, rule::output_size});
    if (first.ok() && !all.any_synapses()) first = diagnose_reach(all, pairs);
    return first;
}

}  // namespace cortexpr::check
