#pragma once
// Networks that must learn at the defaults: those that users stitch together, and the reference's configurations.

#include <cortexpr/dsl.hpp>
#include <cortexpr/presets.hpp>

namespace cortexpr::learning {

/// 28 x 28, 14 x 14, 7 x 7, 4 x 4.
constexpr int side_of(int level) { return level == 0 ? 28 : (side_of(level - 1) + 1) / 2; }
constexpr int channels = 8;

template <int Subtypes, activation Function>
struct Exc : excitatory<Subtypes, nonlinearity<Function>> {};
template <int Subtypes, activation Function>
struct Inh : inhibitory<Subtypes, nonlinearity<Function>> {};
template <int Subtypes>
struct Sparse : inhibitory<Subtypes, half_density> {};

template <int Level>
using input_of = input<Level == 0 ? 1 : channels, side_of(Level), side_of(Level)>;

template <class E, class I>
using feedback_wiring =
    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;

/// An area of a hierarchy, whether it hears feedback from above or not.
template <int Level, class E, class I, bool HearsFeedback>
struct Level_area : area<input_of<Level>, neurons<E, I>, presets::ei_wiring<E, I>, output<channels>> {};
template <int Level, class E, class I>
struct Level_area<Level, E, I, true>
    : area<input_of<Level>, feedback_channels<channels>, neurons<E, I>, feedback_wiring<E, I>, output<channels>> {};

template <activation Function>
using Es = Exc<8, Function>;
template <activation Function>
using Is = Inh<8, Function>;
template <int Level, activation Function, bool HearsFeedback = false>
struct V : Level_area<Level, Es<Function>, Is<Function>, HearsFeedback> {};

using hierarchy_options = pool<pool_mode::average>;

template <activation Function>
struct Three : network<V<0, Function>, V<1, Function>, V<2, Function>, hierarchy_options, area_delay<1>> {};
template <activation Function>
struct Three_with_feedback
    : network<V<0, Function, true>, V<1, Function>, V<2, Function>, feedback<V<1, Function>, V<0, Function, true>>,
              feedback<V<2, Function>, V<0, Function, true>>, hierarchy_options, area_delay<1>> {};
struct Four : network<V<0, activation::sigmoid>, V<1, activation::sigmoid>, V<2, activation::sigmoid>,
                      V<3, activation::sigmoid>, hierarchy_options, area_delay<1>> {};
struct Half_density : network<Level_area<0, Es<activation::sigmoid>, Sparse<8>, false>,
                              Level_area<1, Es<activation::sigmoid>, Sparse<8>, false>, hierarchy_options> {};

struct Pyr : excitatory<8> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<4> {};
// clang-format off
struct Lower_column : area<input<1, 28, 28>, feedback_channels<channels>, neurons<Pyr, PV, SST, VIP>,
    connectivity<
        //             Pyr PV SST VIP output
        from<stimulus, 1,  1, 0,  0,  0>,
        from<top_down, 1,  0, 0,  1,  0>,
        from<Pyr,      1,  1, 1,  1,  1>,
        from<PV,       1,  1, 0,  0,  0>,
        from<SST,      1,  1, 0,  1,  0>,
        from<VIP,      0,  0, 1,  0,  0>>,
    output<channels>> {};
// clang-format on
struct Upper_column : area<input<channels, 14, 14>, neurons<Pyr, PV, SST, VIP>,
                           presets::pyr_pv_sst_vip_wiring<Pyr, PV, SST, VIP>, output<channels>> {};
struct Columns : network<Lower_column, Upper_column, feedback<Upper_column, Lower_column>, hierarchy_options> {};

/// A readout that declares nothing but the number of classes.
template <class Network>
struct At_defaults : classifier<Network, classes<10>> {};

struct Dots_area : presets::feedback_inhibition<input<1, 20, 20>, 16, 8, 16> {};
struct Dots : classifier<network<Dots_area>, classes<4>, hidden<32>, dropout<0.1>, readout_pool<pool_mode::average>> {};

}  // namespace cortexpr::learning
