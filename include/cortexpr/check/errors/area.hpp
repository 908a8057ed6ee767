#pragma once
// A: what can be wrong with an area and with the rows of its connectivity matrix.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/area.hpp>

namespace cortexpr::errors {

/// An area is made of `input`, `neurons`, `connectivity`, `output` and, where it hears feedback, `feedback_channels`.
template <class Part>
struct A01_unknown_area_part {
    static_assert(never<A01_unknown_area_part>,
                  "[cortexpr A01] this is no part of an area; the parts are input<>, neurons<>, connectivity<>, "
                  "output<> and feedback_channels<> (cells<> and synapses<> make a connectome); if an error above is "
                  "about this struct, mend that one first");
};

/// Every area needs the four parts `input`, `neurons`, `connectivity` and `output`.
template <area_part Part>
struct A02_missing_area_part {
    static_assert(never<A02_missing_area_part>,
                  "[cortexpr A02] the area lacks a part that every area needs; add it: "
                  "area<input<1, 28, 28>, neurons<E, I>, connectivity<...>, output<32>>");
};

/// Each part stands once, or it would be open which one holds.
template <area_part Part>
struct A03_repeated_area_part {
    static_assert(never<A03_repeated_area_part>, "[cortexpr A03] the area has this part twice; keep one of the two");
};

/// The stimulus is an image or a map: channels, height and width are each from 1 to 1,000,000.
template <int Channels, int Height, int Width>
struct A04_input_size {
    static_assert(never<A04_input_size>,
                  "[cortexpr A04] the channels, height and width of an area's input are each from 1 to 1,000,000; give "
                  "all three: input<1, 28, 28>; if an error above is about this struct, mend that one first");
};

/// What an area sends on has 1 to 1,000,000 channels.
template <int Channels>
struct A05_output_channels {
    static_assert(never<A05_output_channels>,
                  "[cortexpr A05] an area's output has 1 to 1,000,000 channels; give the number: output<32>");
};

/// Feedback that is heard has 1 to 1,000,000 channels.
template <int Channels>
struct A06_feedback_channels {
    static_assert(
        never<A06_feedback_channels>,
        "[cortexpr A06] feedback has 1 to 1,000,000 channels; give the number, feedback_channels<16>, or leave "
        "feedback_channels out");
};

/// `connectivity<...>` holds rows, each `from<source, cells...>`.
template <class Thing>
struct A07_not_a_row {
    static_assert(
        never<A07_not_a_row>,
        "[cortexpr A07] connectivity<...> holds something that is no row; write rows: from<E, 1, 1, 1>; a part "
        "of the area, as output<32>, stands behind the > that closes connectivity<...>");
};

/// A row's source is `stimulus`, `top_down`, or one of the types in this area's `neurons<...>`. Types of another area
/// are reached through its output.
template <class Source>
struct A08_unknown_source {
    static_assert(never<A08_unknown_source>,
                  "[cortexpr A08] a row's source is no neuron type of this area; add it to neurons<...>, or remove "
                  "the row; what the area below sends is the row of stimulus, what later areas feed back that of "
                  "top_down, and the output is the last column and no row; if an error above is about this struct, "
                  "mend that one first");
};

/// The row `top_down` is what later areas feed back; without `feedback_channels` the area hears none.
template <class Source>
struct A09_top_down_without_channels {
    static_assert(never<A09_top_down_without_channels>,
                  "[cortexpr A09] the matrix has a row for top_down, but the area hears no feedback; add "
                  "feedback_channels<16> to the area, or remove the row");
};

/// All edges of a source stand in one row; a second row of the same source would contradict the first, or repeat it.
template <class Source>
struct A10_repeated_row {
    static_assert(never<A10_repeated_row>,
                  "[cortexpr A10] the matrix has two rows from the same source; put all of its edges into one row");
};

/// The first row says what the stimulus reaches.
template <class Source>
struct A11_missing_stimulus_row {
    static_assert(never<A11_missing_stimulus_row>,
                  "[cortexpr A11] the matrix lacks the row of the stimulus; write it first: from<stimulus, 1, 1, 0>");
};

/// An area that hears feedback says in the row after the stimulus what the feedback reaches.
template <int FeedbackChannels>
struct A12_missing_top_down_row {
    static_assert(never<A12_missing_top_down_row>,
                  "[cortexpr A12] the area has feedback_channels, but its matrix has no row for them; add "
                  "from<top_down, ...> after the row of the stimulus, or leave feedback_channels out");
};

/// Every neuron type has a row, also one that reaches the output only.
template <class NeuronType>
struct A13_missing_row {
    static_assert(never<A13_missing_row>,
                  "[cortexpr A13] the matrix has no row for this neuron type; add from<...> with a cell for each "
                  "target");
};

/// Rows stand in a fixed order, the columns' order: a matrix is read at a glance only if its diagonal is the
/// recurrence of each type onto itself.
template <class Row, class Expected>
struct A14_row_order {
    static_assert(never<A14_row_order>,
                  "[cortexpr A14] the matrix has the row of the first source where that of the second belongs; order "
                  "the rows: stimulus, top_down if any, then the types as in neurons<...>");
};

/// A row has a cell for each neuron type, in the order of `neurons<...>`, and a last one for the output.
template <class Source, int Cells, int Targets>
struct A15_few_cells {
    static_assert(
        never<A15_few_cells>,
        "[cortexpr A15] this row has fewer cells than there are targets (source, cells, targets); give one "
        "for each neuron type and a last one for the output; if an error above is about this struct, mend that "
        "one first");
};

/// As A15: one cell too many is as ambiguous as one too few.
template <class Source, int Cells, int Targets>
struct A16_many_cells {
    static_assert(never<A16_many_cells>,
                  "[cortexpr A16] this row has more cells than there are targets (source, cells, targets); give one "
                  "for each neuron type and a last one for the output");
};

/// The area's output is the sum over the last column of the matrix.
template <class Output>
struct A17_no_output_edge {
    static_assert(never<A17_no_output_edge>,
                  "[cortexpr A17] nothing reaches the area's output, the last column is all 0; set its cell to 1 in "
                  "the row of a neuron type");
};

/// An area that does not hear its stimulus gives the same answer to every image.
template <class Source>
struct A18_unused_stimulus {
    static_assert(never<A18_unused_stimulus>,
                  "[cortexpr A18] the stimulus reaches nothing, its row is all 0; set a cell to 1");
};

/// As A18, for feedback.
template <class Source>
struct A19_unused_top_down {
    static_assert(never<A19_unused_top_down>,
                  "[cortexpr A19] the feedback reaches nothing, the row of top_down is all 0; set a cell to 1, or "
                  "remove the row and feedback_channels");
};

/// A neuron type without a presynaptic source has no drive.
template <class NeuronType>
struct A20_receives_nothing {
    static_assert(never<A20_receives_nothing>,
                  "[cortexpr A20] this neuron type receives no edge, its column is all 0; connect it, or remove it");
};

/// A neuron type that only itself, or only types like it, drive never learns anything about the stimulus.
template <class NeuronType>
struct A21_hears_no_input {
    static_assert(never<A21_hears_no_input>,
                  "[cortexpr A21] neither stimulus nor feedback reaches this neuron type, not even through other "
                  "types; connect it to one that they reach, or remove it");
};

/// The activity of such a type reaches no output, and no gradient reaches its weights.
template <class NeuronType>
struct A22_reaches_nothing {
    static_assert(never<A22_reaches_nothing>,
                  "[cortexpr A22] this neuron type reaches neither the output nor any type that does; connect it, or "
                  "remove it");
};

/// Feedback of an excitatory class only excites, of an inhibitory class only inhibits; half of the numbers drawn from
/// N(0, 1) are negative, which turns that sign at the first step.
template <neuron_class Class>
struct A23_negative_initial_feedback {
    static_assert(never<A23_negative_initial_feedback>,
                  "[cortexpr A23] the feedback of this class starts from normal numbers, half of them negative; start "
                  "it from zeros, ones or uniform, or make its class hybrid");
};

/// Inhibition and its biases only lower a drive; where the nonlinearity is 0 below 0, as relu is, the rates are 0 at
/// every step, whatever the weights, and no gradient reaches them. Types that are silent in this way don't excite
/// themselves or each other, but for the bias of an edge.
template <class NeuronType>
struct A24_only_inhibited {
    static_assert(never<A24_only_inhibited>,
                  "[cortexpr A24] this neuron type hears only inhibition, and its nonlinearity is 0 for a drive below "
                  "0, so it stays silent; let something excite it, or give it another nonlinearity, as sigmoid");
};

/// As A24, for the area's output: it would be 0 for every image.
template <class Output>
struct A25_only_inhibited_output {
    static_assert(never<A25_only_inhibited_output>,
                  "[cortexpr A25] only inhibition reaches the area's output, and its nonlinearity is 0 below 0, so it "
                  "is always 0; let something excite it, or give it another nonlinearity: output<32>");
};

}  // namespace cortexpr::errors
