#pragma once
// What a check found: one rule, and where it is broken, as integers. `rule::none` means that nothing is wrong.

#include <cortexpr/compiler.hpp>

#include <cstdint>

namespace cortexpr {

/// One enumerator for each rule, in the order of the ids; its id, meaning and sentence stand in check/errors/, its page
/// in docs/errors.md.
enum class rule : std::uint8_t {
    none,

    // N: neuron types
    not_a_neuron_type,
    incomplete_neuron_type,
    underived_neuron_type,
    neuron_type_inheritance,
    no_neuron_types,
    repeated_neuron_type,
    repeated_neuron_name,
    subtypes,
    unknown_neuron_option,
    repeated_neuron_option,
    initial_tau,
    negative_nonlinearity,
    negative_initial_state,
    superfluous_signed_rates,
    half_density,
    initial_tau_draw,

    // A: areas and the rows of their matrix
    unknown_area_part,
    missing_area_part,
    repeated_area_part,
    input_size,
    output_channels,
    feedback_channels,
    not_a_row,
    unknown_source,
    top_down_without_channels,
    repeated_row,
    missing_stimulus_row,
    missing_top_down_row,
    missing_row,
    row_order,
    few_cells,
    many_cells,
    no_output_edge,
    unused_stimulus,
    unused_top_down,
    receives_nothing,
    hears_no_input,
    reaches_nothing,
    negative_initial_feedback,
    only_inhibited,
    only_inhibited_output,

    // E: edges, the cells of the matrix
    negative_cell,
    other_number,
    not_a_cell,
    small_extent,
    even_extent,
    large_extent,
    few_groups,
    groups_of_source,
    groups_of_target,
    negative_edge_nonlinearity,

    // F: nonlinearities of neuron types, edges and outputs
    incomplete_custom,
    chain_length,
    none_in_chain,

    // W: networks
    unknown_network_part,
    incomplete_area,
    underived_area,
    area_inheritance,
    repeated_network_part,
    no_areas,
    repeated_area,
    repeated_area_name,
    channels_between_areas,
    area_delay,
    unknown_feedback_area,
    feedback_direction,
    unheard_feedback,
    missing_feedback,
    repeated_feedback,
    feedback_groups,

    // C: classifiers and regressors
    not_a_network,
    network_inheritance,
    unknown_classifier_part,
    repeated_classifier_part,
    missing_classes,
    few_classes,
    hidden_units,
    dropout_range,
    small_readout_pool,
    large_readout_pool,
    unknown_regressor_part,
    missing_targets,
    few_targets,

    // S: cell types and the synapses of connectomes
    not_a_cell_type,
    incomplete_cell_type,
    underived_cell_type,
    cell_type_inheritance,
    neuron_type_as_cell_type,
    no_cell_types,
    repeated_cell_type,
    repeated_cell_name,
    unknown_cell_option,
    cell_tau_mode,
    negative_cell_nonlinearity,
    superfluous_rectified,
    rectified_signed_rates,
    initial_bias,
    unknown_connectome_part,
    missing_connectome_part,
    repeated_connectome_part,
    no_synapses,
    not_a_projection,
    in_the_file_beside_projections,
    unknown_presynaptic_type,
    projection_without_target,
    unknown_postsynaptic_type,
    repeated_projection,
    no_stimulated_types,
    unknown_stimulated_type,
    repeated_stimulated_type,
    stimulus_size,
    no_output_types,
    unknown_output_type,
    repeated_output_type,
    output_size,
    all_cells_beside_types,
    cell_type_hears_nothing,
    cell_type_hears_no_stimulus,
    cell_type_reaches_nothing,
    readout_pool_of_connectome,
    superfluous_initial_bias,
    all_cells_in_projection,
    only_inhibited_cells,
};

/// A rule and the place where it is broken. The error that is printed is chosen by place first, then by rule.
struct diagnosis {
    /// What the first number counts. The second one is the rule's own matter.
    enum class place : std::uint8_t {
        nowhere,      ///< no rule is broken
        declaration,  ///< of the area, network, classifier or regressor as a whole: no number
        part,         ///< what stands between its angle brackets, or the kind of such a part
        neuron_type,
        row,
        cell,        ///< row and column
        output,      ///< of an area: no number; of a connectome: the type among those it names
        stimulated,  ///< a type among those that the stimulus part of a connectome names
        area,
        feedback,
    };
    rule broken = rule::none;      ///< the first rule that is broken
    place where = place::nowhere;  ///< what `numbers` count
    int numbers[2]{};              ///< the place, and the rule's own matter, such as a second row

    /// Whether no rule is broken.
    constexpr bool ok() const { return broken == rule::none; }
};

namespace check {

using place = diagnosis::place;

/// Whether something can be there so often: channels, sides of a map, units. The upper bound is far above what can be
/// computed; below it, numbers about a declaration don't overflow.
constexpr bool is_count(int number) { return number >= 1 && number <= 1'000'000; }

/// The numbers may be of any integer type, or kinds of parts.
template <class... Numbers>
constexpr diagnosis found(rule broken, place where, Numbers... numbers) {
    return {broken, where, {static_cast<int>(numbers)...}};
}

}  // namespace check
}  // namespace cortexpr
