#pragma once
// What a run of a connectome is asked to record and to change, by the user's names. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl.hpp>
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

template <class Declared>
using cells_of_declared = typename plan::detail::declared_network<Declared>::type::connectome_parts::cells_list;

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

template <class Declared, class Option>
constexpr void require_perturbation() {
    if constexpr (!perturbs_cells<Option>)
        static_assert(sizeof(errors::P25_not_a_perturbation_of_cells<Declared, Option>) > 0);
}

}  // namespace detail

}  // namespace cortexpr
