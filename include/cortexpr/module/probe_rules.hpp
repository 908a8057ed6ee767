#pragma once
// P: what can be wrong with the names by which a network is probed, steered and read. One template for each rule, as in
// check/errors; docs/errors.md has a page for each.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>

namespace cortexpr::errors {

/// The network has no such area.
template <class Network, class Area>
struct P01_unknown_area {
    static_assert(never<Area>,
                  "[cortexpr P01] the network has no area of this name; name one of those that it was declared with");
};

/// The area has no such neuron type.
template <class Area, class NeuronType>
struct P02_unknown_neuron_type {
    static_assert(never<NeuronType>,
                  "[cortexpr P02] the area has no neuron type of this name; name one of its neurons<...>");
};

/// A neuron type or an edge is named by area and types, an area by itself alone; a network of one area lets the area
/// out.
template <class Network, class... Names>
struct P03_incomplete_name {
    static_assert(never<Network>,
                  "[cortexpr P03] this does not say what is meant; name a neuron type by its area and itself, "
                  "record<V1, E>, an area by itself alone, record_output<V1>, and an edge by its area, source and "
                  "target, weight_of<V1, E, I> (the area may be left out where the network has one only)");
};

/// The matrix of the area has no such edge.
template <class Area, class Presynaptic, class Postsynaptic>
struct P04_unknown_edge {
    static_assert(never<Presynaptic>,
                  "[cortexpr P04] the area has no such edge; its connectivity matrix has no row of this source, no "
                  "column of this target, or 0 where they meet: declare the edge there, or name one that it has (the "
                  "output as a target is called to_output)");
};

/// The edge was declared without bias.
template <class Edge, class Network>
struct P05_no_bias {
    static_assert(never<Edge>, "[cortexpr P05] this edge has no bias; it was declared with .bias = false");
};

/// The network has no feedback from the one area to the other.
template <class From, class To>
struct P06_unknown_feedback {
    static_assert(never<From>,
                  "[cortexpr P06] the network has no feedback between these areas in this direction; name one of those "
                  "that it was declared with");
};

/// The area hears no feedback.
template <class Area>
struct P07_hears_no_feedback {
    static_assert(never<Area>,
                  "[cortexpr P07] the area hears no feedback, so it has none to record or to start from; declare "
                  "feedback_channels<...> and a row top_down");
};

/// A recording holds what its run was asked to record.
template <class Probe>
struct P08_not_recorded {
    static_assert(never<Probe>, "[cortexpr P08] this was not recorded; add the probe to the arguments of run(...)");
};

/// Only classifiers have logits.
template <class Network>
struct P09_no_logits {
    static_assert(never<Network>,
                  "[cortexpr P09] the network is no classifier, so it has no logits; record its outputs, or declare "
                  "classifier<network, classes<10>>");
};

/// One thing is recorded or started once in a run.
template <class Probe>
struct P10_repeated_probe {
    static_assert(never<Probe>,
                  "[cortexpr P10] this stands twice among the arguments of run(...); keep one of the two");
};

/// What run(...) takes besides the input.
template <class Thing>
struct P11_not_a_probe {
    static_assert(never<Thing>,
                  "[cortexpr P11] run(...) takes an input, then steps{5}, a layout, all_logits{}, record<V1, E>{}, "
                  "record_output<V1>{}, record_feedback<V1>{}, start<V1, E>{state} and perturbations as silence<V1, "
                  "I>{.from = 2}; this is none of them");
};

/// What has a parameter that can be asked for or frozen.
template <class Thing>
struct P12_not_a_parameter {
    static_assert(never<Thing>,
                  "[cortexpr P12] this names no parameter; parameters are weight_of<V1, E, I>, bias_of<V1, E, I>, "
                  "tau_of<V1, E>, and weight_of<> and bias_of<> of feedback<V2, V1>");
};

/// Subtypes are the channels of a neuron type, counted from 0.
template <class Probe, int Subtype, int Subtypes>
struct P13_subtype_out_of_range {
    static_assert(never<Probe>,
                  "[cortexpr P13] the neuron type has no such subtype (type, subtype, number of subtypes); they are "
                  "counted from 0");
};

/// Rows of a type's grid are counted from 0 at the top; a half-density type has half of the area's.
template <class Probe, int Row, int Height>
struct P14_row_out_of_range {
    static_assert(never<Probe>,
                  "[cortexpr P14] the grid of the neuron type has no such row (type, row, height); they are counted "
                  "from 0, on the type's own grid");
};

/// As P14, for columns, from the left.
template <class Probe, int Column, int Width>
struct P15_column_out_of_range {
    static_assert(never<Probe>,
                  "[cortexpr P15] the grid of the neuron type has no such column (type, column, width); they are "
                  "counted from 0, on the type's own grid");
};

/// Steps are counted from 1. How many there are is known where the run was given step_count<...>.
template <class Probe, int Step, int Steps>
struct P16_step_out_of_range {
    static_assert(never<Probe>,
                  "[cortexpr P16] the run has no such step (type, step, number of steps or 0 where that is open); the "
                  "first is 1, and the last the number that step_count<> gave to run(...)");
};

/// A query fixes the step, the image, the subtype, the row and the column once at most; a position is a row and a
/// column.
template <class Selector>
struct P17_repeated_selector {
    static_assert(never<Selector>,
                  "[cortexpr P17] this fixes what another argument of query(...) has fixed before; keep one of the "
                  "two");
};

/// What query(...) takes.
template <class Thing>
struct P18_not_a_selector {
    static_assert(
        never<Thing>,
        "[cortexpr P18] query(...) takes at_step{3} or step<3>{}, in_batch{0}, of_subtype{4} or "
        "subtype<4>{}, at_position{10, 12} or position<10, 12>{}, at_row{10} or row<10>{}, and at_column{12} or "
        "column<12>{}; this is none of them");
};

/// A silence is one of a neuron type's state, or of what an area hears of another. Single edges are cut.
template <class Edge>
struct P19_silenced_edge {
    static_assert(never<Edge>,
                  "[cortexpr P19] silence<> acts on the state of a neuron type, silence<V1, I>, or on feedback, "
                  "silence<feedback<IT, V1>>, and not on an input; cut its edges, cut<V1, stimulus, E>");
};

/// A number alone could be steps or a layout.
template <class Number>
struct P20_number_instead_of_steps {
    static_assert(never<Number>,
                  "[cortexpr P20] forward(...) takes steps and not a bare number; write "
                  "forward(images, steps{5})");
};

/// The connectome has no such cell type.
template <class Connectome, class CellType>
struct P21_unknown_cell_type {
    static_assert(never<CellType>,
                  "[cortexpr P21] the connectome has no cell type of this name; name one of its cells<...>");
};

/// The states of a connectome are recorded whole, and cells are silenced by their type.
template <class Connectome, class Option>
struct P22_option_of_areas {
    static_assert(never<Option>,
                  "[cortexpr P22] this is no option of a connectome's run; the options are steps{}, a layout, "
                  "all_logits{}, record_states{}, record_outputs{}, start_cells{}, silence<T>{}, clamp<T>{}, "
                  "inject<T>{}, noise<T>{}, freeze_tau<T>{}, scale_edge<T, U>{}, cut<T, U>{}, and by number "
                  "clamp_cells{}, inject_cells{}, noise_cells{}, freeze_tau_cells{} and scale_synapses{}");
};

/// What perturb(...) takes.
template <class Thing>
struct P23_not_a_perturbation {
    static_assert(
        never<Thing>,
        "[cortexpr P23] perturb(...) takes silence<V1, I>{}, clamp<V1, E>{.value = 1}, inject<V1, E>{.current "
        "= 0.5}, noise<V1, E>{.deviation = 0.1}, scale_edge<V1, E, I>{.factor = 0.5}, cut<V1, E, I>{} and "
        "freeze_tau<V1, E>{}; this is none of them");
};

/// Steps hear feedback a step later. Continuous time doesn't, so a way from an output to itself needs a state on it.
template <class Network>
struct P24_output_depends_on_itself {
    static_assert(
        never<Network>,
        "[cortexpr P24] in continuous time signals take no time, and an area's output depends on itself "
        "without a neuron type between; leave out an edge from top_down or the stimulus to the output, or run "
        "in steps");
};

/// What perturb(...) of a connectome takes.
template <class Connectome, class Thing>
struct P25_not_a_perturbation_of_cells {
    static_assert(
        never<Thing>,
        "[cortexpr P25] perturb(...) of a connectome takes silence<T>{}, clamp<T>{.value = 1}, inject<T>{.current "
        "= 0.5}, noise<T>{.deviation = 0.1}, freeze_tau<T>{}, scale_edge<T, U>{.factor = 0.5} and cut<T, U>{} of "
        "cell types, and by number clamp_cells{}, inject_cells{}, noise_cells{}, freeze_tau_cells{} and "
        "scale_synapses{}; this is none of them");
};

/// What is cut or scaled between two cell types is what a projection of the connectome connects.
template <class Connectome, class Presynaptic, class Postsynaptic>
struct P26_unknown_projection {
    static_assert(never<Presynaptic>,
                  "[cortexpr P26] the connectome declares no projection from the first of these cell types to the "
                  "second, so there are no synapses to cut or scale; declare projects<...> there, or name one that it "
                  "has");
};

/// `output` declares the area's output; as the target of an edge it has another name.
template <class... AreaAndSource>
struct P27_output_instead_of_to_output {
    static_assert(never<P27_output_instead_of_to_output>,
                  "[cortexpr P27] output is a part of a declaration, and no name; write to_output, as in "
                  "weight<V1, E, to_output>() or cut<V1, E, to_output>{}");
};

}  // namespace cortexpr::errors
