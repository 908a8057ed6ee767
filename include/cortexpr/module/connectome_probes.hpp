#pragma once
// What a run of a connectome is asked to record and to change, by the user's names. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl.hpp>
#include <cortexpr/module/names.hpp>
#include <cortexpr/module/probe_rules.hpp>
#include <cortexpr/module/probes.hpp>

#include <concepts>

namespace cortexpr {

struct clamp_cells;
struct inject_cells;
struct noise_cells;
struct scale_synapses;
struct freeze_tau_cells;

/// Record the states of all cells at every step.
struct record_states {};
/// Record the outputs at every step.
struct record_outputs {};

namespace detail {

/// Index of a cell type; where the connectome has none, its instance is the error.
template <class Declared, class CellType>
constexpr int cell_type_index() {
    constexpr int found = cells_of_declared<Declared>::template index_of<CellType>;
    if constexpr (found < 0) {
        static_assert(sizeof(errors::P21_unknown_cell_type<Declared, CellType>) > 0);
        return 0;
    } else {
        return found;
    }
}

template <class Declared, class Option>
constexpr void refuse_option() {
    static_assert(sizeof(errors::P22_option_of_areas<Declared, Option>) > 0);
}

/// What perturb(...) of a connectome takes.
template <class Option>
inline constexpr bool perturbs_cells =
    std::same_as<Option, clamp_cells> || std::same_as<Option, inject_cells> || std::same_as<Option, noise_cells> ||
    std::same_as<Option, scale_synapses> || std::same_as<Option, freeze_tau_cells>;
template <class CellType>
inline constexpr bool perturbs_cells<silence<CellType>> = true;
template <class CellType>
inline constexpr bool perturbs_cells<clamp<CellType>> = true;
template <class CellType>
inline constexpr bool perturbs_cells<inject<CellType>> = true;
template <class CellType>
inline constexpr bool perturbs_cells<noise<CellType>> = true;
template <class CellType>
inline constexpr bool perturbs_cells<freeze_tau<CellType>> = true;
template <class Presynaptic, class Postsynaptic>
inline constexpr bool perturbs_cells<scale_edge<Presynaptic, Postsynaptic>> = true;
template <class Presynaptic, class Postsynaptic>
inline constexpr bool perturbs_cells<cut<Presynaptic, Postsynaptic>> = true;

/// Whether the declaration lets synapses lead from the one cell type to the other. A wrong name has an error of its
/// own.
template <class Declared, class Presynaptic, class Postsynaptic>
consteval bool may_be_connected() {
    using cells = cells_of_declared<Declared>;
    constexpr type_pair wanted{cells::template index_of<Presynaptic>, cells::template index_of<Postsynaptic>};
    const auto& declared = plan_of<Declared>;
    if (declared.any_synapses || wanted.presynaptic < 0 || wanted.postsynaptic < 0) return true;
    for (const type_pair& pair : declared.connections)
        if (pair == wanted) return true;
    return false;
}

template <class Declared, class Presynaptic, class Postsynaptic>
constexpr void require_projection() {
    if constexpr (!may_be_connected<Declared, Presynaptic, Postsynaptic>())
        static_assert(sizeof(errors::P26_unknown_projection<Declared, Presynaptic, Postsynaptic>) > 0);
}

/// What a perturbation of synapses names.
template <class Declared, class Option>
struct perturbed_projection {
    static constexpr void require() {}
};
template <class Declared, class Presynaptic, class Postsynaptic>
struct perturbed_projection<Declared, scale_edge<Presynaptic, Postsynaptic>> {
    static constexpr void require() { require_projection<Declared, Presynaptic, Postsynaptic>(); }
};
template <class Declared, class Presynaptic, class Postsynaptic>
struct perturbed_projection<Declared, cut<Presynaptic, Postsynaptic>>
    : perturbed_projection<Declared, scale_edge<Presynaptic, Postsynaptic>> {};

template <class Declared, class Option>
constexpr void require_perturbation() {
    if constexpr (!perturbs_cells<Option>)
        static_assert(sizeof(errors::P25_not_a_perturbation_of_cells<Declared, Option>) > 0);
    perturbed_projection<Declared, Option>::require();
}

}  // namespace detail

}  // namespace cortexpr
