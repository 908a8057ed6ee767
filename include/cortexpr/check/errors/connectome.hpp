#pragma once
// S: what can be wrong with the cell types and the synapses of a connectome.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/connectome.hpp>

namespace cortexpr::errors {

/// `cells<...>` lists the cell types of a connectome, each a struct derived from `excitatory_cells`, `inhibitory_cells`
/// or `hybrid_cells`.
template <class Thing>
struct S01_not_a_cell_type {
    static_assert(
        never<S01_not_a_cell_type>,
        "[cortexpr S01] cells<...> names something that is no cell type; declare it as one: "
        "struct L1 : inhibitory_cells<> {}; if an error above is about this struct, mend that one first; name it "
        "without const; a part of the connectome, as synapses<...>, stands behind the > that closes cells<...>");
};

/// The compiler reads a declaration from top to bottom: a cell type must be defined before the connectome that has it.
template <class Name>
struct S02_incomplete_cell_type {
    static_assert(
        never<S02_incomplete_cell_type>,
        "[cortexpr S02] cells<...> names a struct that has no valid definition before the connectome; if an error "
        "above is about this struct, mend that one first, else define it: struct L1 : inhibitory_cells<> {};");
};

/// A cell type is known by the name of its struct: in the file's labels, in tables and pictures. The bare template, or
/// an alias of it, has none.
template <class Nameless>
struct S03_underived_cell_type {
    static_assert(
        never<S03_underived_cell_type>,
        "[cortexpr S03] a cell type needs a name of its own, which is its label in the file; derive a struct, "
        "write no alias: struct L1 : inhibitory_cells<> {};");
};

/// `class` inherits privately unless told otherwise, and then the library can't see what the cell type declares. Two
/// base classes declare it twice.
template <class CellType>
struct S04_cell_type_inheritance {
    static_assert(never<S04_cell_type_inheritance>,
                  "[cortexpr S04] this cell type derives from its class privately, or from two classes; write struct, "
                  "and one class: struct L1 : inhibitory_cells<> {};");
};

/// The neuron types of an area have subtypes on a grid; how many cells a type of a connectome has, the file says.
template <class NeuronType>
struct S05_neuron_type_as_cell_type {
    static_assert(never<S05_neuron_type_as_cell_type>,
                  "[cortexpr S05] this is a neuron type of an area, with subtypes on a grid; the cells of a connectome "
                  "are counted by its file: derive from excitatory_cells<>, inhibitory_cells<> or hybrid_cells<>");
};

/// A connectome without cells computes nothing.
template <class Part>
struct S06_no_cell_types {
    static_assert(never<S06_no_cell_types>,
                  "[cortexpr S06] a connectome needs at least one cell type; name them: cells<L1, Mi1>");
};

/// Each cell type stands once in `cells<...>`.
template <class CellType>
struct S07_repeated_cell_type {
    static_assert(never<S07_repeated_cell_type>, "[cortexpr S07] cells<...> names this cell type twice; name it once");
};

/// The file calls a cell type by the name of its struct without its namespace.
template <class First, class Second>
struct S08_repeated_cell_name {
    static_assert(never<S08_repeated_cell_name>,
                  "[cortexpr S08] two cell types of a connectome have the same name in different namespaces, and the "
                  "labels of the file could not tell them apart; rename one");
};

/// The options of a cell type are `nonlinearity`, `tau` or `no_tau`, `bias`, `initial_state`,
/// `rectified` and `signed_rates`.
template <class CellType, class Option>
struct S09_unknown_cell_option {
    static_assert(never<S09_unknown_cell_option>,
                  "[cortexpr S09] this cell type is given something that is no option of one; the options are "
                  "nonlinearity<>, tau<> or no_tau, bias<>, initial_state<>, rectified and signed_rates");
};

/// Cells have no subtypes and no positions: a time constant belongs to one cell, or to all of a type.
template <class CellType, tau_mode Mode>
struct S10_cell_tau_mode {
    static_assert(never<S10_cell_tau_mode>,
                  "[cortexpr S10] the cells of a type have no subtypes and no positions to share a time constant by; "
                  "choose tau_mode::per_neuron or tau_mode::per_type");
};

/// The rates of an excitatory or inhibitory cell are never negative, or the cell would change its sign (Dale's law).
template <class CellType, auto... Nonlinearity>
struct S11_negative_cell_nonlinearity {
    static_assert(never<S11_negative_cell_nonlinearity>,
                  "[cortexpr S11] these excitatory or inhibitory cells have a nonlinearity that can be negative, which "
                  "turns their sign; choose relu, relu6, softplus, sigmoid or hard_sigmoid, cut the rates off at 0 "
                  "with rectified, make the type hybrid_cells, or ask for signed_rates");
};

/// Rates of a nonlinearity that is never negative are rectified as they are.
template <class CellType>
struct S12_superfluous_rectified {
    static_assert(never<S12_superfluous_rectified>,
                  "[cortexpr S12] the nonlinearity of this cell type is never negative, so that rectified changes "
                  "nothing; leave it out");
};

/// Rectified rates are never negative, signed rates may be.
template <class CellType>
struct S13_rectified_signed_rates {
    static_assert(never<S13_rectified_signed_rates>,
                  "[cortexpr S13] this cell type asks for rates that are cut off at 0 and for rates that may be "
                  "negative; keep rectified or signed_rates");
};

/// A bias starts from a number, and is not drawn.
template <class CellType, double Bias>
struct S14_initial_bias {
    static_assert(never<S14_initial_bias>,
                  "[cortexpr S14] the bias of this cell type must start from a finite number (in float32); give one: "
                  "bias<bias_mode::per_type, 0.5>");
};

/// A connectome is made of cells, synapses, a stimulus and an output part, and, if wanted, `weights`.
template <class Part>
struct S15_unknown_connectome_part {
    static_assert(never<S15_unknown_connectome_part>,
                  "[cortexpr S15] this is no part of a connectome; the parts are cells<>, synapses<>, stimulus_to<>, "
                  "output_from<> (both also dense_ and sparse_) and weights<>; if an error above is about this struct, "
                  "mend that one first");
};

/// Every connectome says which cells it has, how they may be connected, where input arrives, and where output is read.
template <connectome_part Part>
struct S16_missing_connectome_part {
    static_assert(never<S16_missing_connectome_part>,
                  "[cortexpr S16] the connectome lacks a part that every connectome needs; add it: "
                  "connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>>");
};

/// Each part stands once, or it would be open which one holds.
template <connectome_part Part>
struct S17_repeated_connectome_part {
    static_assert(
        never<S17_repeated_connectome_part>,
        "[cortexpr S17] the connectome has this part twice; keep one of the two, which may name several types: "
        "stimulus_to<R, L1>");
};

/// Without synapses the cells are no network.
template <class Part>
struct S18_no_synapses {
    static_assert(never<S18_no_synapses>,
                  "[cortexpr S18] a connectome needs synapses; say which types are connected, "
                  "synapses<projects<R, L1>>, or leave it to the file: synapses<as_in_the_file>");
};

/// `synapses<...>` holds rows, each `projects<from, to...>`, or `as_in_the_file` alone.
template <class Thing>
struct S19_not_a_projection {
    static_assert(never<S19_not_a_projection>,
                  "[cortexpr S19] synapses<...> holds something that is no projection; write projects<R, L1, L2>, or "
                  "as_in_the_file alone; a part of the connectome, as stimulus_to<R>, stands behind the > that closes "
                  "synapses<...>");
};

/// What the file may connect is either declared or left to the file.
template <class Row>
struct S20_in_the_file_beside_projections {
    static_assert(never<S20_in_the_file_beside_projections>,
                  "[cortexpr S20] as_in_the_file allows whatever the file connects, so that this row beside it says "
                  "nothing; keep as_in_the_file alone, or the projections");
};

/// A projection leads from a type in `cells<...>`.
template <class Presynaptic>
struct S21_unknown_presynaptic_type {
    static_assert(never<S21_unknown_presynaptic_type>,
                  "[cortexpr S21] a projection comes from something that is no cell type of this connectome; add it to "
                  "cells<...>, or remove the projection");
};

/// A projection names at least one type that it leads to.
template <class Presynaptic>
struct S22_projection_without_target {
    static_assert(never<S22_projection_without_target>,
                  "[cortexpr S22] a projection of this cell type leads nowhere; name the types that it reaches, "
                  "projects<R, L1>, or remove it; if an error above is about this struct, mend that one first");
};

/// A projection leads to types in `cells<...>`.
template <class Presynaptic, class Postsynaptic>
struct S23_unknown_postsynaptic_type {
    static_assert(never<S23_unknown_postsynaptic_type>,
                  "[cortexpr S23] a projection leads to something that is no cell type of this connectome; add it to "
                  "cells<...>, or remove it from the projection; what is no type stands behind the > that closes "
                  "projects<...>; if an error above is about this struct, mend that one first");
};

/// A pair of types is named once.
template <class Presynaptic, class Postsynaptic>
struct S24_repeated_projection {
    static_assert(
        never<S24_repeated_projection>,
        "[cortexpr S24] the projection from the first of these types to the second is declared twice; keep one");
};

/// A stimulus that reaches no cells says nothing to the network.
template <class Part>
struct S25_no_stimulated_types {
    static_assert(never<S25_no_stimulated_types>,
                  "[cortexpr S25] the stimulus reaches no cells; name the types that it drives, stimulus_to<R>, or "
                  "all of them, stimulus_to<all_cells>; if an error above is about this struct, mend that one first");
};

/// The stimulus drives types in `cells<...>`.
template <class Thing>
struct S26_unknown_stimulated_type {
    static_assert(never<S26_unknown_stimulated_type>,
                  "[cortexpr S26] the stimulus is led to something that is no cell type of this connectome; add it to "
                  "cells<...>, or remove it; a part of the connectome stands behind the > that closes this one");
};

/// Each stimulated type is named once.
template <class CellType>
struct S27_repeated_stimulated_type {
    static_assert(never<S27_repeated_stimulated_type>,
                  "[cortexpr S27] the stimulus part names this cell type twice; name it once");
};

/// A projection of inputs onto cells has 1 to 1,000,000 inputs.
template <class Part>
struct S28_stimulus_size {
    static_assert(never<S28_stimulus_size>,
                  "[cortexpr S28] a stimulus has 1 to 1,000,000 inputs; give their number first, as in "
                  "dense_stimulus_to<784, R>; if an error above is about this struct, mend that one first");
};

/// Output is read from some cells.
template <class Part>
struct S29_no_output_types {
    static_assert(never<S29_no_output_types>,
                  "[cortexpr S29] the output is read from no cells; name the types, output_from<T4a>, or all of them, "
                  "output_from<all_cells>; if an error above is about this struct, mend that one first");
};

/// Output is read from types in `cells<...>`.
template <class Thing>
struct S30_unknown_output_type {
    static_assert(never<S30_unknown_output_type>,
                  "[cortexpr S30] the output is read from something that is no cell type of this connectome; add it to "
                  "cells<...>, or remove it; a part of the connectome stands behind the > that closes this one");
};

/// Each type that is read is named once.
template <class CellType>
struct S31_repeated_output_type {
    static_assert(never<S31_repeated_output_type>,
                  "[cortexpr S31] the output part names this cell type twice; name it once");
};

/// A projection of cells onto outputs has 1 to 1,000,000 outputs.
template <class Part>
struct S32_output_size {
    static_assert(never<S32_output_size>,
                  "[cortexpr S32] there are 1 to 1,000,000 outputs; give their number first, as in "
                  "dense_output_from<10, T4a>; if an error above is about this struct, mend that one first");
};

/// `all_cells` stands for every type, so a type beside it would be named twice.
template <class CellType>
struct S33_all_cells_beside_types {
    static_assert(never<S33_all_cells_beside_types>,
                  "[cortexpr S33] all_cells names every type already; keep all_cells alone, or the types");
};

/// A cell that neither the stimulus nor a synapse reaches stays at rest for ever.
template <class CellType>
struct S34_cell_type_hears_nothing {
    static_assert(never<S34_cell_type_hears_nothing>,
                  "[cortexpr S34] neither the stimulus nor a projection reaches this cell type; add one, or remove the "
                  "type");
};

/// Types that are driven by each other only never hear of the stimulus.
template <class CellType>
struct S35_cell_type_hears_no_stimulus {
    static_assert(never<S35_cell_type_hears_no_stimulus>,
                  "[cortexpr S35] no path leads from the stimulus to this cell type; add a projection from a type that "
                  "hears it, or remove the type");
};

/// What no path connects to the output has no effect, and no gradient reaches it.
template <class CellType>
struct S36_cell_type_reaches_nothing {
    static_assert(never<S36_cell_type_reaches_nothing>,
                  "[cortexpr S36] no path leads from this cell type to the output; add a projection, read the type "
                  "itself, or remove it");
};

/// A connectome's outputs are numbers without places, so that there is no map to pool.
template <class Network>
struct S37_readout_pool_of_connectome {
    static_assert(never<S37_readout_pool_of_connectome>,
                  "[cortexpr S37] the outputs of a connectome are no map that could be pooled; leave readout_pool<> "
                  "out");
};

/// Where there is no bias, none can start from a number.
template <class CellType, double Bias>
struct S38_superfluous_initial_bias {
    static_assert(never<S38_superfluous_initial_bias>,
                  "[cortexpr S38] this cell type has no bias that could start from a number; write "
                  "bias<bias_mode::none>, or choose bias_mode::per_type or bias_mode::per_neuron");
};

/// `all_cells` stands for the cells of a stimulus or an output. Which types may be connected is said type by type, or
/// left to the file.
template <class Row>
struct S39_all_cells_in_projection {
    static_assert(never<S39_all_cells_in_projection>,
                  "[cortexpr S39] all_cells stands in stimulus and output parts only; name the types that this "
                  "projection connects, or leave them to the file: synapses<as_in_the_file>");
};

/// Inhibition only lowers a drive. Where rates are 0 for a drive below 0, as those of relu and of rectified cells are,
/// and there is no bias, the rates are 0 at every step, and no gradient reaches weights. Types that are silent in this
/// way don't excite themselves or each other.
template <class CellType>
struct S40_only_inhibited_cells {
    static_assert(
        never<S40_only_inhibited_cells>,
        "[cortexpr S40] this cell type hears only inhibition, has no bias, and its rates are 0 for a drive below "
        "0, so it stays silent; let something excite it, give it a bias, bias<bias_mode::per_type, 0.5>, or "
        "another nonlinearity, as sigmoid");
};

}  // namespace cortexpr::errors
