#pragma once
// The rules of a connectome, in the order of trust: parts, cell types, synapses, stimulus and output, reach.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/check/list_of.hpp>
#include <cortexpr/check/neuron.hpp>
#include <cortexpr/dsl/connectome.hpp>

namespace cortexpr::check {

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
    const bool starts_biased = type.initial_bias < 0 || type.initial_bias > 0;
    if (type.bias == bias_mode::none && starts_biased) return rule::superfluous_initial_bias;
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

/// A type that a stimulus or output part names and `cells` doesn't.
constexpr diagnosis diagnose_strangers(const projection_declaration& part, place where, rule broken) {
    for (std::size_t i = 0; !part.all && i < part.types.size(); ++i)
        if (part.types[i] < 0 && static_cast<int>(i) != part.all_cells_at) return found(broken, where, i);
    return {};
}

/// What stands inside of a part and is of another kind.
constexpr diagnosis diagnose_strangers(const connectome_declaration& all) {
    for (std::size_t i = 0; i < all.types.size(); ++i)
        if (broken_by(all.types[i]) == rule::not_a_cell_type)
            return found(rule::not_a_cell_type, place::neuron_type, i);
    for (std::size_t r = 0; r < all.rows.size(); ++r)
        if (!all.rows[r].is_projection) return found(rule::not_a_projection, place::row, r);
    if (all.count(connectome_part::cells) == 0) return {};  // nothing else knows its types
    for (std::size_t r = 0; r < all.rows.size(); ++r) {
        const auto& row = all.rows[r];
        for (std::size_t t = 0; t < row.postsynaptic.size() && row.presynaptic >= 0 && !row.names_all_cells; ++t)
            if (row.postsynaptic[t] < 0) return found(rule::unknown_postsynaptic_type, place::row, r, t);
    }
    const diagnosis first = diagnose_strangers(all.stimulus, place::stimulated, rule::unknown_stimulated_type);
    return first.ok() ? diagnose_strangers(all.output, place::output, rule::unknown_output_type) : first;
}

constexpr diagnosis diagnose_parts(const connectome_declaration& all) {
    constexpr connectome_part needed[]{connectome_part::cells, connectome_part::synapses, connectome_part::stimulus,
                                       connectome_part::output};
    if (all.unknown_part >= 0) return found(rule::unknown_connectome_part, place::part, all.unknown_part);
    for (const auto part : needed) {
        if (all.count(part) > 0) continue;
        // It may stand inside of one that was closed too late.
        const diagnosis stranger = diagnose_strangers(all);
        return stranger.ok() ? found(rule::missing_connectome_part, place::part, part) : stranger;
    }
    for (int part = 0; part < static_cast<int>(connectome_part::unknown); ++part)
        if (all.count(static_cast<connectome_part>(part)) > 1)
            return found(rule::repeated_connectome_part, place::part, part);
    return {};
}

/// Names that were met, found by a hash: comparing each with each is too much for one constant.
class known_names {
  public:
    constexpr explicit known_names(std::size_t most) : slots_(2 * most, -1) {}

    /// The index under which the same name was met before, or -1; then this one is known.
    constexpr int index_before(std::span<const std::string_view> names, int index) {
        const auto name = names[static_cast<std::size_t>(index)];
        std::size_t slot = hash_of(name) % slots_.size();
        for (; slots_[slot] >= 0; slot = (slot + 1) % slots_.size())
            if (names[static_cast<std::size_t>(slots_[slot])] == name) return slots_[slot];
        slots_[slot] = index;
        return -1;
    }

  private:
    static constexpr std::size_t hash_of(std::string_view name) {
        std::size_t hash = 0;
        for (const char letter : name) hash = 31 * hash + static_cast<unsigned char>(letter);
        return hash;
    }

    list_of<int> slots_;
};

constexpr diagnosis diagnose_cell_types(const connectome_declaration& all) {
    const auto& types = all.types;
    if (types.empty()) return found(rule::no_cell_types, place::declaration);
    known_names names(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        const rule broken = broken_by(types[i]);
        if (broken != rule::none) return found(broken, place::neuron_type, i);
        if (static_cast<std::size_t>(all.first_same_type[i]) != i)
            return found(rule::repeated_cell_type, place::neuron_type, i);
        const int earlier = names.index_before(all.type_names, static_cast<int>(i));
        if (earlier >= 0) return found(rule::repeated_cell_name, place::neuron_type, earlier, i);
    }
    return {};
}

/// Rows of `synapses`, each by itself.
constexpr diagnosis diagnose_rows(const connectome_declaration& all) {
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
        int t = 0;
        for (const int target : plain(row.postsynaptic)) {
            if (target < 0) return found(rule::unknown_postsynaptic_type, place::row, r, t);
            ++t;
        }
    }
    return {};
}

/// The declared projections, found by type from either end. Built and walked in time linear in their number, since
/// compilers limit the work of one constant.
class declared_projections {
  public:
    constexpr explicit declared_projections(const connectome_declaration& all)
        : rows_(all.rows),
          first_row_(all.types.size(), -1),
          next_row_(all.rows.size(), -1),
          first_source_(all.types.size() + 1, 0),
          sources_(count(all), 0) {
        for (std::size_t r = rows_.size(); r-- > 0;) {
            int& first = first_row_[index(rows_[r].presynaptic)];
            next_row_[r] = first;
            first = static_cast<int>(r);
        }
        int* const first = first_source_.data();
        int* const sources = sources_.data();
        for (const auto& row : rows_)
            for (const int target : plain(row.postsynaptic)) ++first[target];
        for (std::size_t type = 1; type < first_source_.size(); ++type) first[type] += first[type - 1];
        for (const auto& row : rows_)
            for (const int target : plain(row.postsynaptic)) sources[--first[target]] = row.presynaptic;
    }

    /// Its rows are a chain, which ends at -1.
    constexpr int first_row(std::size_t presynaptic) const { return first_row_[presynaptic]; }
    constexpr int next_row(int row) const { return next_row_[index(row)]; }
    constexpr const projects_declaration& row(int number) const { return rows_[index(number)]; }

    constexpr bool has_source(std::size_t type) const { return first_source_[type] < first_source_[type + 1]; }
    template <class Function>
    constexpr void for_each_source(std::size_t type, Function&& function) const {
        for (const int presynaptic : sources_of(type)) function(presynaptic);
    }
    template <class Predicate>
    constexpr bool any_source(std::size_t type, Predicate&& is_it) const {
        for (const int presynaptic : sources_of(type))
            if (is_it(presynaptic)) return true;
        return false;
    }
    template <class Function>
    constexpr void for_each_target(std::size_t type, Function&& function) const {
        for (int r = first_row(type); r >= 0; r = next_row(r))
            for (const int target : plain(row(r).postsynaptic)) function(target);
    }

  private:
    constexpr plain_range<int> sources_of(std::size_t type) const {
        return {sources_.data() + first_source_[type], sources_.data() + first_source_[type + 1]};
    }
    static constexpr std::size_t index(int number) { return static_cast<std::size_t>(number); }
    static constexpr std::size_t count(const connectome_declaration& all) {
        std::size_t sum = 0;
        for (const auto& row : all.rows) sum += row.postsynaptic.size();
        return sum;
    }

    std::span<const projects_declaration> rows_;
    list_of<int> first_row_, next_row_, first_source_, sources_;
};

/// The rows of one presynaptic type after those of another.
constexpr diagnosis diagnose_repeated(const connectome_declaration& all, const declared_projections& projections) {
    list_of<int> named_by(all.types.size(), -1);
    int* const last_named_by = named_by.data();
    for (std::size_t type = 0; type < all.types.size(); ++type) {
        for (int r = projections.first_row(type); r >= 0; r = projections.next_row(r)) {
            int t = 0;
            for (const int target : plain(projections.row(r).postsynaptic)) {
                int& last = last_named_by[target];
                if (last == static_cast<int>(type)) return found(rule::repeated_projection, place::row, r, t);
                last = static_cast<int>(type);
                ++t;
            }
        }
    }
    return {};
}

/// The rules that a stimulus and an output part have alike.
struct projection_rules {
    rule no_types, unknown_type, repeated_type, size;
};

constexpr diagnosis diagnose_projection(const connectome_declaration& all, const projection_declaration& part,
                                        place where, projection_rules rules) {
    if (part.kind != projection_kind::one_to_one && !is_count(part.size)) return found(rules.size, place::declaration);
    if (part.types.empty()) return found(rules.no_types, place::declaration);
    if (part.all) return {};
    if (part.all_cells_at >= 0) return found(rule::all_cells_beside_types, where, part.all_cells_at == 0 ? 1 : 0);
    list_of<bool> named(all.types.size(), false);
    for (std::size_t i = 0; i < part.types.size(); ++i) {
        if (part.types[i] < 0) return found(rules.unknown_type, where, i);
        bool& before = named[static_cast<std::size_t>(part.types[i])];
        if (before) return found(rules.repeated_type, where, i);
        before = true;
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

    constexpr void add(int type) {
        bool& is_in = is_in_.data()[type];
        if (is_in) return;
        is_in = true;
        order_[count_++] = type;
    }
    /// Adds all that the set projects to, or, backward, all that projects to the set, and so on; on from the types that
    /// `passes_on` says.
    template <class Predicate>
    constexpr void follow(const declared_projections& projections, bool backward, Predicate&& passes_on) {
        const auto add_one = [this](int type) { add(type); };
        for (std::size_t next = 0; next < count_ && count_ < is_in_.size(); ++next) {
            const auto type = static_cast<std::size_t>(order_[next]);
            if (!passes_on(type)) continue;
            if (backward) {
                projections.for_each_source(type, add_one);
            } else {
                projections.for_each_target(type, add_one);
            }
        }
    }
    constexpr bool has(std::size_t type) const { return is_in_[type]; }

  private:
    list_of<bool> is_in_;
    list_of<int> order_;
    std::size_t count_ = 0;
};

/// Whether rates are 0 for a drive below 0.
constexpr bool is_zero_below_zero(const cell_type_declaration& type) {
    return is_zero_below_zero(type.nonlinearity) || (type.rectified && keeps_below_zero(type.nonlinearity));
}

/// Adds the types that may be above 0: all but those that are 0 for a drive below 0, have no bias, start from 0, and
/// hear inhibition, or each other, alone.
constexpr void add_awake(const connectome_declaration& all, const declared_projections& projections,
                         reached_types& awake) {
    for (std::size_t type = 0; type < all.types.size(); ++type) {
        const auto& declared = all.types[type];
        if (!is_zero_below_zero(declared) || declared.bias != bias_mode::none || declared.initial_state != fill::zeros)
            awake.add(static_cast<int>(type));
    }
    awake.follow(projections, false, [&all](std::size_t type) { return !only_inhibits(all.types[type]); });
}

/// The silent type to be named, or the number of types: the first that hears inhibition alone, since others may hear
/// it, else the first.
constexpr std::size_t first_silent(const connectome_declaration& all, const declared_projections& projections) {
    const std::size_t types = all.types.size();
    reached_types awake(types, all.stimulus);
    add_awake(all, projections, awake);
    std::size_t first = types;
    for (std::size_t type = types; type-- > 0;)
        if (!awake.has(type)) first = type;
    for (std::size_t type = first; type < types; ++type)
        if (!awake.has(type) && !projections.any_source(type, [&all](int presynaptic) {
                return !only_inhibits(all.types[static_cast<std::size_t>(presynaptic)]);
            }))
            return type;
    return first;
}

constexpr diagnosis diagnose_reach(const connectome_declaration& all, const declared_projections& projections) {
    const std::size_t types = all.types.size();
    reached_types from_stimulus(types, all.stimulus), to_output(types, all.output);
    for (std::size_t type = 0; type < types; ++type) {
        if (!from_stimulus.has(type) && !projections.has_source(type))
            return found(rule::cell_type_hears_nothing, place::neuron_type, type);
    }
    from_stimulus.follow(projections, false, always);
    to_output.follow(projections, true, always);
    for (std::size_t type = 0; type < types; ++type) {
        if (!from_stimulus.has(type)) return found(rule::cell_type_hears_no_stimulus, place::neuron_type, type);
        if (!to_output.has(type)) return found(rule::cell_type_reaches_nothing, place::neuron_type, type);
    }
    const std::size_t silent = first_silent(all, projections);
    return silent < types ? found(rule::only_inhibited_cells, place::neuron_type, silent) : diagnosis{};
}

constexpr diagnosis diagnose_stimulus_and_output(const connectome_declaration& all) {
    const diagnosis first = diagnose_projection(all, all.stimulus, place::stimulated,
                                                {rule::no_stimulated_types, rule::unknown_stimulated_type,
                                                 rule::repeated_stimulated_type, rule::stimulus_size});
    if (!first.ok()) return first;
    return diagnose_projection(
        all, all.output, place::output,
        {rule::no_output_types, rule::unknown_output_type, rule::repeated_output_type, rule::output_size});
}

constexpr diagnosis diagnose(const connectome_declaration& all) {
    diagnosis first = diagnose_parts(all);
    if (first.ok()) first = diagnose_cell_types(all);
    if (first.ok()) first = diagnose_rows(all);
    if (!first.ok()) return first;
    if (all.any_synapses()) return diagnose_stimulus_and_output(all);
    const declared_projections projections(all);
    first = diagnose_repeated(all, projections);
    if (first.ok()) first = diagnose_stimulus_and_output(all);
    if (first.ok()) first = diagnose_reach(all, projections);
    return first;
}

}  // namespace cortexpr::check
