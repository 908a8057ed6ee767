#pragma once
// As verdict.hpp, for connectomes.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/connectome.hpp>
#include <cortexpr/check/verdict.hpp>

namespace cortexpr::detail {

template <class Reader, int Type>
using cell_type_of = typename Reader::template cell_type_at<static_cast<std::size_t>(Type)>;

/// The verdict on a connectome as a whole.
template <class Reader, diagnosis Found>
consteval auto connectome_declaration_verdict() {
    using namespace errors;
    using stimulus = typename Reader::stimulus_part;
    using output = typename Reader::output_part;
    if constexpr (Found.broken == rule::no_cell_types) {
        return type_box<S06_no_cell_types<cells<>>>{};
    } else if constexpr (Found.broken == rule::no_synapses) {
        return type_box<S18_no_synapses<synapses<>>>{};
    } else if constexpr (Found.broken == rule::no_stimulated_types) {
        return type_box<S25_no_stimulated_types<stimulus>>{};
    } else if constexpr (Found.broken == rule::stimulus_size) {
        return type_box<S28_stimulus_size<stimulus>>{};
    } else if constexpr (Found.broken == rule::no_output_types) {
        return type_box<S29_no_output_types<output>>{};
    } else {
        static_assert(Found.broken == rule::output_size);
        return type_box<S32_output_size<output>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto connectome_part_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    if constexpr (Found.broken == rule::unknown_connectome_part) {
        return type_box<S15_unknown_connectome_part<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::missing_connectome_part) {
        return type_box<S16_missing_connectome_part<connectome_part{n}>>{};
    } else {
        static_assert(Found.broken == rule::repeated_connectome_part);
        return type_box<S17_repeated_connectome_part<connectome_part{n}>>{};
    }
}

/// Names the nonlinearity, or the members of a chain, or the user's struct.
template <class CellType, activation_function Function, std::size_t... Members>
consteval auto negative_cell_verdict(std::index_sequence<Members...>) {
    if constexpr (Function.is_custom()) {
        return type_box<errors::S11_negative_cell_nonlinearity<CellType, Function.custom>>{};
    } else {
        return type_box<errors::S11_negative_cell_nonlinearity<CellType, Function.members[Members]...>>{};
    }
}

/// The verdict on what a cell type hears and reaches, and on its nonlinearity.
template <class Reader, diagnosis Found>
consteval auto wired_cell_type_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = cell_type_of<Reader, n>;
    if constexpr (Found.broken == rule::cell_type_hears_nothing) {
        return type_box<S34_cell_type_hears_nothing<type>>{};
    } else if constexpr (Found.broken == rule::cell_type_hears_no_stimulus) {
        return type_box<S35_cell_type_hears_no_stimulus<type>>{};
    } else if constexpr (Found.broken == rule::cell_type_reaches_nothing) {
        return type_box<S36_cell_type_reaches_nothing<type>>{};
    } else if constexpr (Found.broken == rule::only_inhibited_cells) {
        return type_box<S40_only_inhibited_cells<type>>{};
    } else {
        return nonlinearity_verdict<Found.broken, Reader::declaration.types[n].nonlinearity, type>();
    }
}

/// The verdict on a cell type's options.
template <class Reader, diagnosis Found>
consteval auto cell_type_option_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = cell_type_of<Reader, n>;
    constexpr auto& declared = Reader::declaration.types[n];
    if constexpr (Found.broken == rule::unknown_cell_option) {
        return type_box<S09_unknown_cell_option<type, typename type::template option_at<declared.unknown_option>>>{};
    } else if constexpr (Found.broken == rule::repeated_neuron_option) {
        return type_box<
            N10_repeated_neuron_option<type, typename type::template option_at<declared.repeated_option>>>{};
    } else if constexpr (Found.broken == rule::cell_tau_mode) {
        return type_box<S10_cell_tau_mode<type, declared.tau>>{};
    } else if constexpr (Found.broken == rule::initial_tau) {
        return type_box<N11_initial_tau<type, declared.initial_tau.first>>{};
    } else if constexpr (Found.broken == rule::initial_tau_draw) {
        constexpr auto start = declared.initial_tau;
        return type_box<N16_initial_tau_draw<type, start.first, start.second>>{};
    } else if constexpr (Found.broken == rule::initial_bias) {
        return type_box<S14_initial_bias<type, declared.initial_bias>>{};
    } else if constexpr (Found.broken == rule::superfluous_initial_bias) {
        return type_box<S38_superfluous_initial_bias<type, declared.initial_bias>>{};
    } else if constexpr (Found.broken == rule::superfluous_signed_rates) {
        return type_box<N14_superfluous_signed_rates<type>>{};
    } else if constexpr (Found.broken == rule::rectified_signed_rates) {
        return type_box<S13_rectified_signed_rates<type>>{};
    } else if constexpr (Found.broken == rule::superfluous_rectified) {
        return type_box<S12_superfluous_rectified<type>>{};
    } else if constexpr (Found.broken == rule::negative_cell_nonlinearity) {
        constexpr auto function = declared.nonlinearity;
        return negative_cell_verdict<type, function>(
            std::make_index_sequence<(function.is_custom() ? 0 : function.length)>{});
    } else if constexpr (Found.broken == rule::negative_initial_state) {
        return type_box<N13_negative_initial_state<type>>{};
    } else {
        return wired_cell_type_verdict<Reader, Found>();
    }
}

/// The verdict on a cell type: on what it derives from and its name, else on the rest.
template <class Reader, diagnosis Found>
consteval auto cell_type_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = cell_type_of<Reader, n>;
    if constexpr (Found.broken == rule::not_a_cell_type) {
        return type_box<S01_not_a_cell_type<type>>{};
    } else if constexpr (Found.broken == rule::incomplete_cell_type) {
        return type_box<S02_incomplete_cell_type<type>>{};
    } else if constexpr (Found.broken == rule::underived_cell_type) {
        return type_box<S03_underived_cell_type<type>>{};
    } else if constexpr (Found.broken == rule::cell_type_inheritance) {
        return type_box<S04_cell_type_inheritance<type>>{};
    } else if constexpr (Found.broken == rule::neuron_type_as_cell_type) {
        return type_box<S05_neuron_type_as_cell_type<type>>{};
    } else if constexpr (Found.broken == rule::repeated_cell_type) {
        return type_box<S07_repeated_cell_type<type>>{};
    } else if constexpr (Found.broken == rule::repeated_cell_name) {
        return type_box<S08_repeated_cell_name<type, cell_type_of<Reader, Found.numbers[1]>>>{};
    } else {
        return cell_type_option_verdict<Reader, Found>();
    }
}

/// The verdict on a row of `synapses`.
template <class Reader, diagnosis Found>
consteval auto projection_verdict() {
    using namespace errors;
    using row = typename Reader::template row_at<static_cast<std::size_t>(Found.numbers[0])>;
    if constexpr (Found.broken == rule::not_a_projection) {
        return type_box<S19_not_a_projection<row>>{};
    } else if constexpr (Found.broken == rule::in_the_file_beside_projections) {
        return type_box<S20_in_the_file_beside_projections<row>>{};
    } else if constexpr (Found.broken == rule::all_cells_in_projection) {
        return type_box<S39_all_cells_in_projection<row>>{};
    } else {
        using presynaptic = typename projects_traits<row>::presynaptic;
        if constexpr (Found.broken == rule::unknown_presynaptic_type) {
            return type_box<S21_unknown_presynaptic_type<presynaptic>>{};
        } else if constexpr (Found.broken == rule::projection_without_target) {
            return type_box<S22_projection_without_target<presynaptic>>{};
        } else {
            using postsynaptic =
                typename projects_traits<row>::template postsynaptic_at<static_cast<std::size_t>(Found.numbers[1])>;
            if constexpr (Found.broken == rule::unknown_postsynaptic_type) {
                return type_box<S23_unknown_postsynaptic_type<presynaptic, postsynaptic>>{};
            } else {
                static_assert(Found.broken == rule::repeated_projection);
                return type_box<S24_repeated_projection<presynaptic, postsynaptic>>{};
            }
        }
    }
}

/// The verdict on a type that the stimulus part names.
template <class Reader, diagnosis Found>
consteval auto stimulated_verdict() {
    using namespace errors;
    using type = typename Reader::stimulus_traits::template type_at<static_cast<std::size_t>(Found.numbers[0])>;
    if constexpr (Found.broken == rule::unknown_stimulated_type) {
        return type_box<S26_unknown_stimulated_type<type>>{};
    } else if constexpr (Found.broken == rule::repeated_stimulated_type) {
        return type_box<S27_repeated_stimulated_type<type>>{};
    } else {
        static_assert(Found.broken == rule::all_cells_beside_types);
        return type_box<S33_all_cells_beside_types<type>>{};
    }
}

/// The verdict on a type that the output part names.
template <class Reader, diagnosis Found>
consteval auto read_verdict() {
    using namespace errors;
    using type = typename Reader::output_traits::template type_at<static_cast<std::size_t>(Found.numbers[0])>;
    if constexpr (Found.broken == rule::unknown_output_type) {
        return type_box<S30_unknown_output_type<type>>{};
    } else if constexpr (Found.broken == rule::repeated_output_type) {
        return type_box<S31_repeated_output_type<type>>{};
    } else {
        static_assert(Found.broken == rule::all_cells_beside_types);
        return type_box<S33_all_cells_beside_types<type>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto connectome_verdict() {
    if constexpr (Found.ok()) {
        return type_box<nothing_to_say>{};
    } else if constexpr (Found.where == diagnosis::place::declaration) {
        return connectome_declaration_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::part) {
        return connectome_part_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::neuron_type) {
        return cell_type_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::row) {
        return projection_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::stimulated) {
        return stimulated_verdict<Reader, Found>();
    } else {
        static_assert(Found.where == diagnosis::place::output);
        return read_verdict<Reader, Found>();
    }
}

}  // namespace cortexpr::detail
