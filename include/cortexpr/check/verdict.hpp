#pragma once
// From a diagnosis, which is integers, back to the user's types: the error template that says what is wrong, with its
// arguments filled in. There is one function for each place, of a neuron type one for each kind of rule, and each place
// ends in the rule that is left, so that a rule which is found at a place where no error is written for it does not
// compile. Nothing is instantiated here but names, so nothing fires yet.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors.hpp>
#include <cortexpr/check/wiring.hpp>

namespace cortexpr::detail {

/// No rule is broken, or one of a part whose own declaration says so.
struct nothing_to_say {};

/// A type by its place, whatever the place was counted in.
template <class Reader, int Type>
using type_of = typename Reader::template neuron_type_at<static_cast<std::size_t>(Type)>;
template <class Reader, int Row>
using source_of = typename Reader::template presynaptic_at<static_cast<std::size_t>(Row)>;
template <class Reader, int Part>
using part_of = typename Reader::template part_at<static_cast<std::size_t>(Part)>;
template <class Reader, int Area>
using area_of = typename Reader::template area_at<static_cast<std::size_t>(Area)>;

/// The target of a column: a neuron type or the output part.
template <class Reader, int Column>
consteval auto target() {
    if constexpr (Column < static_cast<int>(Reader::declaration.types.size())) {
        return type_box<type_of<Reader, Column>>{};
    } else {
        return type_box<typename Reader::output_part>{};
    }
}
template <class Reader, int Column>
using target_of = typename decltype(target<Reader, Column>())::type;

/// The verdict on the nonlinearity of a neuron type, an edge or an output.
template <rule Broken, activation_function Function, class... Place>
consteval auto nonlinearity_verdict() {
    using namespace errors;
    if constexpr (Broken == rule::incomplete_custom) {
        return type_box<F01_incomplete_custom<Function.custom, Place...>>{};
    } else if constexpr (Broken == rule::chain_length) {
        return type_box<F02_chain_length<Function.length, Place...>>{};
    } else {
        static_assert(Broken == rule::none_in_chain);
        return type_box<F03_none_in_chain<Place...>>{};
    }
}

/// Names the nonlinearity, or the members of a chain, or the user's struct.
template <class NeuronType, activation_function Function, std::size_t... Members>
consteval auto negative_verdict(std::index_sequence<Members...>) {
    if constexpr (Function.is_custom()) {
        return type_box<errors::N12_negative_nonlinearity<NeuronType, Function.custom>>{};
    } else {
        return type_box<errors::N12_negative_nonlinearity<NeuronType, Function.members[Members]...>>{};
    }
}

/// The verdict on the area as a whole.
template <class Reader, diagnosis Found>
consteval auto area_declaration_verdict() {
    using namespace errors;
    constexpr auto& area = Reader::declaration;
    if constexpr (Found.broken == rule::no_neuron_types) {
        return type_box<N05_no_neuron_types<neurons<>>>{};
    } else if constexpr (Found.broken == rule::input_size) {
        return type_box<A04_input_size<area.input_channels, area.height, area.width>>{};
    } else if constexpr (Found.broken == rule::feedback_channels) {
        return type_box<A06_feedback_channels<area.feedback_channels>>{};
    } else if constexpr (Found.broken == rule::missing_stimulus_row) {
        return type_box<A11_missing_stimulus_row<stimulus>>{};
    } else if constexpr (Found.broken == rule::missing_top_down_row) {
        return type_box<A12_missing_top_down_row<area.feedback_channels>>{};
    } else if constexpr (Found.broken == rule::unused_stimulus) {
        return type_box<A18_unused_stimulus<stimulus>>{};
    } else if constexpr (Found.broken == rule::unused_top_down) {
        return type_box<A19_unused_top_down<top_down>>{};
    } else {
        static_assert(Found.broken == rule::negative_initial_feedback);
        return type_box<A23_negative_initial_feedback<area.feedback_class>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto area_part_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    if constexpr (Found.broken == rule::unknown_area_part) {
        return type_box<A01_unknown_area_part<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::missing_area_part) {
        return type_box<A02_missing_area_part<area_part{n}>>{};
    } else {
        static_assert(Found.broken == rule::repeated_area_part);
        return type_box<A03_repeated_area_part<area_part{n}>>{};
    }
}

/// The verdict on a neuron type's place in the wiring, and on its nonlinearity.
template <class Reader, diagnosis Found>
consteval auto wired_neuron_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = type_of<Reader, n>;
    if constexpr (Found.broken == rule::missing_row) {
        return type_box<A13_missing_row<type>>{};
    } else if constexpr (Found.broken == rule::receives_nothing) {
        return type_box<A20_receives_nothing<type>>{};
    } else if constexpr (Found.broken == rule::hears_no_input) {
        return type_box<A21_hears_no_input<type>>{};
    } else if constexpr (Found.broken == rule::reaches_nothing) {
        return type_box<A22_reaches_nothing<type>>{};
    } else if constexpr (Found.broken == rule::only_inhibited) {
        return type_box<A24_only_inhibited<type>>{};
    } else {
        return nonlinearity_verdict<Found.broken, Reader::declaration.types[n].nonlinearity, type>();
    }
}

/// The verdict on a neuron type's options.
template <class Reader, diagnosis Found>
consteval auto neuron_option_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = type_of<Reader, n>;
    constexpr auto& area = Reader::declaration;
    constexpr auto& declared = area.types[n];
    if constexpr (Found.broken == rule::subtypes) {
        return type_box<N08_subtypes<type, declared.subtypes>>{};
    } else if constexpr (Found.broken == rule::unknown_neuron_option) {
        return type_box<N09_unknown_neuron_option<type, typename type::template option_at<declared.unknown_option>>>{};
    } else if constexpr (Found.broken == rule::repeated_neuron_option) {
        return type_box<
            N10_repeated_neuron_option<type, typename type::template option_at<declared.repeated_option>>>{};
    } else if constexpr (Found.broken == rule::initial_tau) {
        return type_box<N11_initial_tau<type, declared.initial_tau.first>>{};
    } else if constexpr (Found.broken == rule::negative_nonlinearity) {
        constexpr auto function = declared.nonlinearity;
        return negative_verdict<type, function>(
            std::make_index_sequence<(function.is_custom() ? 0 : function.length)>{});
    } else if constexpr (Found.broken == rule::negative_initial_state) {
        return type_box<N13_negative_initial_state<type>>{};
    } else if constexpr (Found.broken == rule::superfluous_signed_rates) {
        return type_box<N14_superfluous_signed_rates<type>>{};
    } else if constexpr (Found.broken == rule::half_density) {
        return type_box<N15_half_density<type, area.height, area.width>>{};
    } else if constexpr (Found.broken == rule::initial_tau_draw) {
        constexpr auto start = declared.initial_tau;
        return type_box<N16_initial_tau_draw<type, start.first, start.second>>{};
    } else {
        return wired_neuron_verdict<Reader, Found>();
    }
}

/// The verdict on a neuron type: on what it derives from and its name, else on the rest.
template <class Reader, diagnosis Found>
consteval auto neuron_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    using type = type_of<Reader, n>;
    if constexpr (Found.broken == rule::not_a_neuron_type) {
        return type_box<N01_not_a_neuron_type<type>>{};
    } else if constexpr (Found.broken == rule::incomplete_neuron_type) {
        return type_box<N02_incomplete_neuron_type<type>>{};
    } else if constexpr (Found.broken == rule::underived_neuron_type) {
        return type_box<N03_underived_neuron_type<type>>{};
    } else if constexpr (Found.broken == rule::neuron_type_inheritance) {
        return type_box<N04_neuron_type_inheritance<type>>{};
    } else if constexpr (Found.broken == rule::repeated_neuron_type) {
        return type_box<N06_repeated_neuron_type<type>>{};
    } else if constexpr (Found.broken == rule::repeated_neuron_name) {
        return type_box<N07_repeated_neuron_name<type, type_of<Reader, Found.numbers[1]>>>{};
    } else {
        return neuron_option_verdict<Reader, Found>();
    }
}

template <class Reader, diagnosis Found>
consteval auto output_verdict() {
    using namespace errors;
    constexpr auto& area = Reader::declaration;
    using output = typename Reader::output_part;
    if constexpr (Found.broken == rule::output_channels) {
        return type_box<A05_output_channels<area.output_channels>>{};
    } else if constexpr (Found.broken == rule::no_output_edge) {
        return type_box<A17_no_output_edge<output>>{};
    } else if constexpr (Found.broken == rule::only_inhibited_output) {
        return type_box<A25_only_inhibited_output<output>>{};
    } else {
        return nonlinearity_verdict<Found.broken, area.output_nonlinearity, output>();
    }
}

template <class Reader, diagnosis Found>
consteval auto row_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    constexpr auto& area = Reader::declaration;
    constexpr int targets = static_cast<int>(area.types.size()) + 1;
    constexpr int cells = static_cast<int>(area.rows[n].cells.size());
    if constexpr (Found.broken == rule::not_a_row) {
        return type_box<A07_not_a_row<typename Reader::template row_at<n>>>{};
    } else if constexpr (Found.broken == rule::unknown_source) {
        return type_box<A08_unknown_source<source_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::top_down_without_channels) {
        return type_box<A09_top_down_without_channels<top_down>>{};
    } else if constexpr (Found.broken == rule::repeated_row) {
        return type_box<A10_repeated_row<source_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::row_order) {
        return type_box<A14_row_order<source_of<Reader, n>, source_of<Reader, Found.numbers[1]>>>{};
    } else if constexpr (Found.broken == rule::few_cells) {
        return type_box<A15_few_cells<source_of<Reader, n>, cells, targets>>{};
    } else {
        static_assert(Found.broken == rule::many_cells);
        return type_box<A16_many_cells<source_of<Reader, n>, cells, targets>>{};
    }
}

/// The verdict on an edge between neuron types, or on feedback between areas.
template <rule Broken, class Source, class Target, edge With, int SourceChannels, int TargetChannels, extent Map>
consteval auto edge_verdict() {
    using namespace errors;
    constexpr auto size = With.extent;
    if constexpr (Broken == rule::small_extent) {
        return type_box<E04_small_extent<Source, Target, size.height, size.width>>{};
    } else if constexpr (Broken == rule::even_extent) {
        return type_box<E05_even_extent<Source, Target, size.height, size.width>>{};
    } else if constexpr (Broken == rule::large_extent) {
        return type_box<E06_large_extent<Source, Target, size.height, size.width, Map.height, Map.width>>{};
    } else if constexpr (Broken == rule::few_groups) {
        return type_box<E07_few_groups<Source, Target, With.groups>>{};
    } else if constexpr (Broken == rule::groups_of_source) {
        return type_box<E08_groups_of_source<Source, Target, With.groups, SourceChannels>>{};
    } else if constexpr (Broken == rule::groups_of_target) {
        return type_box<E09_groups_of_target<Source, Target, With.groups, TargetChannels>>{};
    } else if constexpr (Broken == rule::negative_edge_nonlinearity) {
        return type_box<E10_negative_edge_nonlinearity<Source, Target, With.nonlinearity.custom>>{};
    } else {
        return nonlinearity_verdict<Broken, With.nonlinearity, Source, Target>();
    }
}

template <class Reader, diagnosis Found>
consteval auto cell_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0], column = Found.numbers[1];
    using source = source_of<Reader, n>;
    using target = target_of<Reader, column>;
    constexpr auto& area = Reader::declaration;
    constexpr auto& row = area.rows[n];
    constexpr auto& cell = row.cells[column];
    if constexpr (Found.broken == rule::negative_cell) {
        return type_box<E01_negative_cell<source, target, cell.number>>{};
    } else if constexpr (Found.broken == rule::other_number) {
        return type_box<E02_other_number<source, target, cell.number>>{};
    } else if constexpr (Found.broken == rule::not_a_cell) {
        return type_box<E03_not_a_cell<source, target>>{};
    } else {
        return edge_verdict<Found.broken, source, target, cell.with, check::channels_of_source(area, row),
                            check::channels_of_target(area, column), check::map_of_edge(area, row, column)>();
    }
}

template <class Reader, diagnosis Found>
consteval auto area_verdict() {
    if constexpr (Found.ok()) {
        return type_box<nothing_to_say>{};
    } else if constexpr (Found.where == diagnosis::place::declaration) {
        return area_declaration_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::part) {
        return area_part_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::neuron_type) {
        return neuron_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::output) {
        return output_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::row) {
        return row_verdict<Reader, Found>();
    } else {
        static_assert(Found.where == diagnosis::place::cell);
        return cell_verdict<Reader, Found>();
    }
}

}  // namespace cortexpr::detail
