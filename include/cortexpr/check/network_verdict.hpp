#pragma once
// As verdict.hpp, for networks, classifiers and regressors.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/verdict.hpp>

namespace cortexpr::detail {

/// The verdict on the network as a whole.
template <class Reader, diagnosis Found>
consteval auto network_declaration_verdict() {
    using namespace errors;
    if constexpr (Found.broken == rule::no_areas) {
        return type_box<W06_no_areas<>>{};
    } else {
        static_assert(Found.broken == rule::area_delay);
        return type_box<W10_area_delay<Reader::declaration.area_delay>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto network_part_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    if constexpr (Found.broken == rule::unknown_network_part) {
        return type_box<W01_unknown_network_part<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::incomplete_area) {
        return type_box<W02_incomplete_area<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::underived_area) {
        return type_box<W03_underived_area<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::area_inheritance) {
        return type_box<W04_area_inheritance<part_of<Reader, n>>>{};
    } else {
        static_assert(Found.broken == rule::repeated_network_part);
        return type_box<W05_repeated_network_part<network_part{n}>>{};
    }
}

/// The verdict on an area in its network.
template <class Reader, diagnosis Found>
consteval auto area_in_network_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    constexpr auto& areas = Reader::declaration.areas;
    if constexpr (Found.broken == rule::repeated_area) {
        return type_box<W07_repeated_area<area_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::repeated_area_name) {
        return type_box<W08_repeated_area_name<area_of<Reader, n>, area_of<Reader, Found.numbers[1]>>>{};
    } else if constexpr (Found.broken == rule::channels_between_areas) {
        return type_box<W09_channels_between_areas<area_of<Reader, n>, area_of<Reader, n + 1>,
                                                   areas[n]->output_channels, areas[n + 1]->input_channels>>{};
    } else {
        static_assert(Found.broken == rule::missing_feedback);
        return type_box<W14_missing_feedback<area_of<Reader, n>>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto feedback_verdict() {
    using namespace errors;
    constexpr auto& network = Reader::declaration;
    constexpr int n = Found.numbers[0];
    constexpr auto& declared = network.feedback[n];
    using traits = network_part_traits<part_of<Reader, network.feedback_parts[n]>>;
    using from = typename traits::from;
    using to = typename traits::to;
    if constexpr (Found.broken == rule::unknown_feedback_area) {
        using unknown = std::conditional_t<(declared.from < 0), from, to>;
        return type_box<W11_unknown_feedback_area<from, to, unknown>>{};
    } else if constexpr (Found.broken == rule::feedback_direction) {
        return type_box<W12_feedback_direction<from, to>>{};
    } else if constexpr (Found.broken == rule::unheard_feedback) {
        return type_box<W13_unheard_feedback<from, to>>{};
    } else if constexpr (Found.broken == rule::repeated_feedback) {
        return type_box<W15_repeated_feedback<from, to>>{};
    } else if constexpr (Found.broken == rule::feedback_groups) {
        return type_box<W16_feedback_groups<from, to, declared.with.groups>>{};
    } else {
        constexpr auto& target = *network.areas[declared.to];
        return edge_verdict<Found.broken, from, to, declared.with, network.areas[declared.from]->output_channels,
                            target.feedback_channels, extent{target.height, target.width}>();
    }
}

template <class Reader, diagnosis Found>
consteval auto network_verdict() {
    if constexpr (Found.ok()) {
        return type_box<nothing_to_say>{};
    } else if constexpr (Found.where == diagnosis::place::declaration) {
        return network_declaration_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::part) {
        return network_part_verdict<Reader, Found>();
    } else if constexpr (Found.where == diagnosis::place::area) {
        return area_in_network_verdict<Reader, Found>();
    } else {
        static_assert(Found.where == diagnosis::place::feedback);
        return feedback_verdict<Reader, Found>();
    }
}

/// The verdict on the classifier or regressor as a whole.
template <class Reader, diagnosis Found>
consteval auto classifier_declaration_verdict() {
    using namespace errors;
    constexpr auto& head = Reader::declaration;
    using network_type = typename Reader::network_type;
    if constexpr (Found.broken == rule::not_a_network) {
        return type_box<C01_not_a_network<network_type>>{};
    } else if constexpr (Found.broken == rule::network_inheritance) {
        return type_box<C02_network_inheritance<network_type>>{};
    } else if constexpr (Found.broken == rule::missing_classes) {
        return type_box<C05_missing_classes<network_type>>{};
    } else if constexpr (Found.broken == rule::few_classes) {
        return type_box<C06_few_classes<head.classes>>{};
    } else if constexpr (Found.broken == rule::missing_targets) {
        return type_box<C12_missing_targets<network_type>>{};
    } else if constexpr (Found.broken == rule::few_targets) {
        return type_box<C13_few_targets<head.classes>>{};
    } else if constexpr (Found.broken == rule::hidden_units) {
        return type_box<C07_hidden_units<head.hidden>>{};
    } else if constexpr (Found.broken == rule::dropout_range) {
        return type_box<C08_dropout_range<head.dropout>>{};
    } else if constexpr (Found.broken == rule::readout_pool_of_connectome) {
        return type_box<S37_readout_pool_of_connectome<network_type>>{};
    } else if constexpr (Found.broken == rule::small_readout_pool) {
        return type_box<C09_small_readout_pool<head.pool.height, head.pool.width>>{};
    } else {
        static_assert(Found.broken == rule::large_readout_pool);
        return type_box<C10_large_readout_pool<head.pool.height, head.pool.width, head.map_height, head.map_width>>{};
    }
}

template <class Reader, diagnosis Found>
consteval auto classifier_verdict() {
    using namespace errors;
    constexpr int n = Found.numbers[0];
    if constexpr (Found.ok()) {
        return type_box<nothing_to_say>{};
    } else if constexpr (Found.where == diagnosis::place::declaration) {
        return classifier_declaration_verdict<Reader, Found>();
    } else if constexpr (Found.broken == rule::unknown_classifier_part) {
        return type_box<C03_unknown_classifier_part<part_of<Reader, n>>>{};
    } else if constexpr (Found.broken == rule::unknown_regressor_part) {
        return type_box<C11_unknown_regressor_part<part_of<Reader, n>>>{};
    } else {
        static_assert(Found.broken == rule::repeated_classifier_part);
        return type_box<C04_repeated_classifier_part<readout_part{n}>>{};
    }
}

}  // namespace cortexpr::detail
