#pragma once
// The field's circuits and the reference's model configurations, ready to use, and their pieces to build others from:
//
//     struct Digits : presets::spatial_1e1i1a<10, input<1, 28, 28>> {};
//     struct Column : presets::pyr_pv_sst_vip<input<1, 28, 28>, 16, 8, 32> {};
//     struct V1 : area<input<1, 28, 28>, neurons<E, I>, presets::ei_wiring<E, I>, output<32>> {};
//
// No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl.hpp>

namespace cortexpr::presets {

// ---- Wirings of microcircuits. Rows are presynaptic, columns postsynaptic, the output last. Every edge is `Edge`: the
// default one, or edge{...}.

// clang-format off

/// Excitation and inhibition: the stimulus reaches both, and each reaches both. K.-F. Wong, X.-J. Wang, "A recurrent
/// network mechanism of time integration in perceptual decisions", J. Neurosci. 2006.
template <class Exc, class Inh, auto Edge = 1>
using ei_wiring = connectivity<
    //             Exc   Inh   output
    from<stimulus, Edge, Edge, 0>,
    from<Exc,      Edge, Edge, Edge>,
    from<Inh,      Edge, Edge, 0>>;

/// Feedback inhibition: the stimulus reaches inhibition through excitation only. Z. Jonke, R. Legenstein,
/// S. Habenschuss, W. Maass, "Feedback inhibition shapes emergent computational properties of cortical microcircuit
/// motifs", J. Neurosci. 2017.
template <class Exc, class Inh, auto Edge = 1>
using feedback_inhibition_wiring = connectivity<
    //             Exc   Inh   output
    from<stimulus, Edge, 0,    0>,
    from<Exc,      0,    Edge, Edge>,
    from<Inh,      Edge, Edge, 0>>;

/// Feedforward inhibition: the stimulus drives inhibition along with excitation, and excitation does not reach it; both
/// project. A. M. Large et al., "Balanced feedforward inhibition and dominant recurrent inhibition in olfactory cortex",
/// PNAS 2016.
template <class Exc, class Inh, auto Edge = 1>
using feedforward_inhibition_wiring = connectivity<
    //             Exc   Inh   output
    from<stimulus, Edge, Edge, 0>,
    from<Exc,      Edge, 0,    Edge>,
    from<Inh,      Edge, Edge, Edge>>;

/// Pyramidal cells with three classes of interneurons: PV inhibits Pyr and itself, SST inhibits all but itself, and VIP
/// inhibits SST, which frees Pyr (disinhibition). L. Guo, A. Kumar, "Role of interneuron subtypes in controlling
/// trial-by-trial output variability in the neocortex", Commun. Biol. 2023.
template <class Pyr, class PV, class SST, class VIP, auto Edge = 1>
using pyr_pv_sst_vip_wiring = connectivity<
    //             Pyr   PV    SST   VIP   output
    from<stimulus, Edge, 0,    0,    0,    0>,
    from<Pyr,      Edge, Edge, Edge, Edge, Edge>,
    from<PV,       Edge, Edge, 0,    0,    0>,
    from<SST,      Edge, Edge, 0,    Edge, 0>,
    from<VIP,      0,    0,    Edge, 0,    0>>;

// clang-format on

// ---- Microcircuits as areas: Input is what the area receives, the numbers are subtypes and output channels.

/// Excitatory cells, without options.
template <int Subtypes>
struct Exc : excitatory<Subtypes> {};
/// Inhibitory cells, without options.
template <int Subtypes>
struct Inh : inhibitory<Subtypes> {};
/// Pyramidal cells: excitatory.
template <int Subtypes>
struct Pyr : excitatory<Subtypes> {};
/// Parvalbumin-positive interneurons: inhibitory.
template <int Subtypes>
struct PV : inhibitory<Subtypes> {};
/// Somatostatin-positive interneurons: inhibitory.
template <int Subtypes>
struct SST : inhibitory<Subtypes> {};
/// Interneurons that express vasoactive intestinal peptide: inhibitory.
template <int Subtypes>
struct VIP : inhibitory<Subtypes> {};

/// An area of the wiring `ei_wiring`.
template <class Input, int Excitatory, int Inhibitory, int Output>
struct ei : area<Input, neurons<Exc<Excitatory>, Inh<Inhibitory>>, ei_wiring<Exc<Excitatory>, Inh<Inhibitory>>,
                 output<Output>> {};

/// An area of the wiring `feedback_inhibition_wiring`.
template <class Input, int Excitatory, int Inhibitory, int Output>
struct feedback_inhibition : area<Input, neurons<Exc<Excitatory>, Inh<Inhibitory>>,
                                  feedback_inhibition_wiring<Exc<Excitatory>, Inh<Inhibitory>>, output<Output>> {};

/// An area of the wiring `feedforward_inhibition_wiring`.
template <class Input, int Excitatory, int Inhibitory, int Output>
struct feedforward_inhibition : area<Input, neurons<Exc<Excitatory>, Inh<Inhibitory>>,
                                     feedforward_inhibition_wiring<Exc<Excitatory>, Inh<Inhibitory>>, output<Output>> {
};

/// All three classes of interneurons have the same number of subtypes.
template <class Input, int Pyramidal, int Interneurons, int Output>
struct pyr_pv_sst_vip
    : area<Input, neurons<Pyr<Pyramidal>, PV<Interneurons>, SST<Interneurons>, VIP<Interneurons>>,
           pyr_pv_sst_vip_wiring<Pyr<Pyramidal>, PV<Interneurons>, SST<Interneurons>, VIP<Interneurons>>,
           output<Output>> {};

// ---- The reference's model configurations, under its names: e and i are classes, h is hybrid, 1a and 2a say how many
// areas, f stands for feedback. Classes come with the data, and so may the input's size. Readouts have the reference's
// 512 hidden units and dropout 0.2.

/// A hybrid neuron type.
template <int Subtypes, activation Function = activation::sigmoid>
struct H : hybrid<Subtypes, nonlinearity<Function>> {};

/// Four hybrid types of an area, told apart by the extent of what they receive.
struct H3 : hybrid<16, nonlinearity<activation::tanh>> {};
/// Told apart by 5 x 5 from the stimulus.
struct H5 : hybrid<16, nonlinearity<activation::tanh>> {};
/// 7 x 7.
struct H7 : hybrid<16, nonlinearity<activation::tanh>> {};
/// 9 x 9.
struct H9 : hybrid<16, nonlinearity<activation::tanh>> {};

/// An edge with a square extent.
constexpr edge square(int side, int groups = 1) { return {.extent = {side, side}, .groups = groups}; }

/// One neuron type that the stimulus reaches, and that reaches itself and the output.
template <class Type, auto Edge = 1>
using single_type_wiring = connectivity<from<stimulus, Edge, 0>, from<Type, Edge, Edge>>;

/// An area of one hybrid type.
template <class Input, class Type, int Output, auto Edge = 1>
struct hybrid_area : area<Input, neurons<Type>, single_type_wiring<Type, Edge>, output<Output>> {};

/// The same, hearing feedback.
template <class Input, class Type, int Feedback, int Output, auto Edge = 1>
struct hybrid_area_with_feedback
    : area<Input, feedback_channels<Feedback>, neurons<Type>,
           connectivity<from<stimulus, Edge, 0>, from<top_down, Edge, 0>, from<Type, Edge, Edge>>, output<Output>> {};

/// Inhibition that only excitation reaches, and that reaches excitation only.
template <class Input, int Excitatory, int Inhibitory, int Output>
struct area_1e1i
    : area<Input, neurons<Exc<Excitatory>, Inh<Inhibitory>>,
           connectivity<from<stimulus, 1, 0, 0>, from<Exc<Excitatory>, 1, 1, 1>, from<Inh<Inhibitory>, 1, 0, 0>>,
           output<Output>> {};

/// Four hybrid types side by side, with larger and larger extents of what they receive; OutputGroups channel groups on
/// the way to the output.
template <class Input, int OutputGroups>
struct area_4h
    : area<Input, neurons<H3, H5, H7, H9>,
           connectivity<from<stimulus, 1, square(5), square(7), square(9), 0>,
                        from<H3, 1, 0, 0, 0, square(3, OutputGroups)>, from<H5, 0, 1, 0, 0, square(3, OutputGroups)>,
                        from<H7, 0, 0, 1, 0, square(3, OutputGroups)>, from<H9, 0, 0, 0, 1, square(3, OutputGroups)>>,
           output<64>> {};

/// One area of 32 excitatory and 8 inhibitory subtypes.
template <int Classes, class Input = input<3, 32, 32>>
struct spatial_1e1i1a : classifier<network<area_1e1i<Input, 32, 8, 32>>, classes<Classes>, hidden<512>, dropout<0.2>> {
};

/// One area of one hybrid type with 16 subtypes.
template <int Classes, class Input = input<3, 32, 32>>
struct spatial_1h1a : classifier<network<hybrid_area<Input, H<16>, 32>>, classes<Classes>, hidden<512>, dropout<0.2>> {
};

/// One area of four hybrid types of 16 subtypes, whose outputs mix all channels.
template <int Classes, class Input = input<1, 32, 32>>
struct spatial_4h1a : classifier<network<area_4h<Input, 1>>, classes<Classes>, hidden<512>, dropout<0.2>,
                                 readout_pool<pool_mode::max, 4, 4>> {};

/// The same with two channel groups on the way to the output.
template <int Classes, class Input = input<1, 32, 32>>
struct spatial_4h1a_v2 : classifier<network<area_4h<Input, 2>>, classes<Classes>, hidden<512>, dropout<0.2>,
                                    readout_pool<pool_mode::max, 4, 4>> {};

/// One area of one hybrid type with 64 subtypes, and kernels of 5 x 5.
template <int Classes, class Input = input<1, 32, 32>>
struct spatial_big_1h1a : classifier<network<hybrid_area<Input, H<64, activation::tanh>, 128, square(5)>>,
                                     classes<Classes>, hidden<512>, dropout<0.2>, readout_pool<pool_mode::max, 4, 4>> {
};

/// Two areas of one hybrid type each, of 32 and 64 subtypes, the first with kernels of 5 x 5.
template <int Classes, class Input = input<1, 128, 128>>
struct spatial_big_1h2a : classifier<network<hybrid_area<Input, H<32, activation::tanh>, 32, square(5)>,
                                             hybrid_area<input<32, 32, 32>, H<64, activation::tanh>, 64>>,
                                     classes<Classes>, hidden<512>, dropout<0.2>> {};

/// The lower and the upper area of spatial_big_1h2af.
template <class Input>
struct lower_1h2af : hybrid_area_with_feedback<Input, H<32, activation::tanh>, 16, 32, square(5)> {};
/// Receives the lower area's 32 channels on a 32 x 32 grid.
struct upper_1h2af : hybrid_area<input<32, 32, 32>, H<64, activation::tanh>, 64> {};

/// `spatial_big_1h2a` with feedback from the upper to the lower area.
template <int Classes, class Input = input<1, 128, 128>>
struct spatial_big_1h2af
    : classifier<network<lower_1h2af<Input>, upper_1h2af, feedback<upper_1h2af, lower_1h2af<Input>>>, classes<Classes>,
                 hidden<512>, dropout<0.2>> {};

}  // namespace cortexpr::presets
