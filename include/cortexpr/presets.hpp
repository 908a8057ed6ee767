#pragma once
// Networks of the literature and of the reference, ready to use, and their pieces to build others from:
//
//     struct Digits : presets::spatial_1e1i1a<10, input<1, 28, 28>> {};
//     struct V1 : area<input<1, 28, 28>, neurons<E, I>, presets::ei_wiring<E, I>, output<32>> {};
//
// No LibTorch here.

#include <cortexpr/dsl.hpp>

namespace cortexpr::presets {

// ---- Microcircuits: who reaches whom. Rows are presynaptic, columns postsynaptic, the output last.

// clang-format off

/// Excitation and inhibition, each reaching both; the stimulus reaches both. K.-F. Wong, X.-J. Wang, "A recurrent network
/// mechanism of time integration in perceptual decisions", J. Neurosci. 2006.
template <class E, class I>
using ei_wiring = connectivity<
    //             E  I  output
    from<stimulus, 1, 1, 0>,
    from<E,        1, 1, 1>,
    from<I,        1, 1, 0>>;

/// Inhibition that follows excitation: the stimulus reaches it through E only. Z. Jonke, R. Legenstein, S. Habenschuss,
/// W. Maass, "Feedback inhibition shapes emergent computational properties of cortical microcircuit motifs",
/// J. Neurosci. 2017.
template <class E, class I>
using feedback_inhibition_wiring = connectivity<
    //             E  I  output
    from<stimulus, 1, 0, 0>,
    from<E,        0, 1, 1>,
    from<I,        1, 1, 0>>;

/// Inhibition that the stimulus drives along with excitation, and that projects, too. S. Panthi, B. Leitch, "The impact
/// of silencing feed-forward parvalbumin-expressing inhibitory interneurons", Neurobiol. Dis. 2019; A. M. Large et al.,
/// "Balanced feedforward inhibition and dominant recurrent inhibition in olfactory cortex", PNAS 2016.
template <class E, class I>
using feedforward_inhibition_wiring = connectivity<
    //             E  I  output
    from<stimulus, 1, 1, 0>,
    from<E,        1, 0, 1>,
    from<I,        1, 1, 1>>;

/// Pyramidal cells with three classes of interneurons: PV inhibits Pyr and itself, SST inhibits Pyr, PV and VIP, and VIP
/// inhibits SST, which frees Pyr (disinhibition). L. Guo, A. Kumar, "Role of interneuron subtypes in controlling trial-by-
/// trial output variability in the neocortex", Commun. Biol. 2023.
template <class Pyr, class PV, class SST, class VIP>
using pyr_pv_sst_vip_wiring = connectivity<
    //             Pyr PV SST VIP output
    from<stimulus, 1,  0, 0,  0,  0>,
    from<Pyr,      1,  1, 1,  1,  1>,
    from<PV,       1,  1, 0,  0,  0>,
    from<SST,      1,  1, 0,  1,  0>,
    from<VIP,      0,  0, 1,  0,  0>>;

// clang-format on

}  // namespace cortexpr::presets
