// What the reference runs is wired here, too: the circuits of its recorded runs and of its model configurations, each
// in our words. Compiling is passing.
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

namespace {

// The recorded circuits of two types with four subtypes each.
struct E : excitatory<4> {};
struct I : inhibitory<4> {};
template <class... Rows>
using circuit = area<input<2, 9, 9>, neurons<E, I>, connectivity<Rows...>, output<5>>;
using from_i = from<I, 1, 1, 0>;
static_assert(wirable<circuit<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from_i>>);            // one_step and others
static_assert(wirable<circuit<from<stimulus, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 1>>>);  // both_types_project
static_assert(wirable<circuit<from<stimulus, 1, 0, 0>, from<E, 0, 1, 1>, from<I, 1, 0, 0>>>);  // feedback_inhibition
static_assert(wirable<circuit<from<stimulus, 1, 1, 0>, from<E, 0, 0, 1>, from<I, 1, 0, 0>>>);  // feedforward_...
static_assert(wirable<circuit<from<stimulus, 1, 1, 1>, from<E, 1, 1, 1>, from_i>>);            // input_to_output

// input_class_excitatory, input_class_inhibitory
template <neuron_class Class>
using of_class = area<input<2, 9, 9, Class>, neurons<E, I>,
                      connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from_i>, output<5>>;
static_assert(wirable<of_class<neuron_class::excitatory>> && wirable<of_class<neuron_class::inhibitory>>);

// linear_no_bias, tau_type, tau_spatial, tau_subtype_spatial, per_type_nonlinearity: options of the two types
template <class First, class Second, auto Edge = 1>
using options_of =
    area<input<2, 7, 12>, neurons<First, Second>,
         connectivity<from<stimulus, Edge, Edge, 0>, from<First, Edge, Edge, Edge>, from<Second, Edge, Edge, 0>>,
         output<5>>;
struct linear_e : excitatory<4, nonlinearity<activation::none>, signed_rates> {};
struct linear_i : inhibitory<4, nonlinearity<activation::none>, signed_rates> {};
static_assert(wirable<options_of<linear_e, linear_i, edge{.bias = false}>>);
template <tau_mode Mode>
struct e_with : excitatory<4, tau<Mode>> {};
template <tau_mode Mode>
struct i_with : inhibitory<4, tau<Mode>> {};
static_assert(wirable<options_of<e_with<tau_mode::per_type>, i_with<tau_mode::per_type>>>);
static_assert(wirable<options_of<e_with<tau_mode::spatial>, i_with<tau_mode::spatial>>>);
static_assert(wirable<options_of<e_with<tau_mode::per_subtype_spatial>, i_with<tau_mode::per_type>>>);
struct relu_e : excitatory<4, nonlinearity<activation::relu>> {};
static_assert(wirable<options_of<relu_e, I>>);

// edges
struct E8 : excitatory<8> {};
constexpr edge rectified{.nonlinearity = activation::relu, .bias = false};
static_assert(
    wirable<
        area<input<2, 9, 9>, neurons<E8, I>,
             connectivity<from<stimulus, edge{.extent = {5, 5}, .groups = 2}, rectified, 0>,
                          from<E8, edge{.extent = {1, 1}, .groups = 8, .nonlinearity = activation::tanh},
                               edge{.extent = {3, 5}, .groups = 4}, edge{.groups = 2, .bias = false}>,
                          from<I, edge{.groups = 2}, edge{.extent = {7, 1}, .nonlinearity = activation::sigmoid}, 0>>,
             output<8>>>);

// hybrid_tanh; pyr_pv_sst_vip
struct H : hybrid<6, nonlinearity<activation::tanh>> {};
static_assert(wirable<area<input<3, 8, 8>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<4>>>);
struct Pyr : excitatory<8> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<2> {};
static_assert(wirable<area<input<1, 10, 10>, neurons<Pyr, PV, SST, VIP>,
                           connectivity<from<stimulus, 1, 1, 0, 0, 0>, from<Pyr, 1, 1, 1, 1, 1>,
                                        from<PV, 1, 1, 0, 0, 0>, from<SST, 1, 1, 0, 1, 0>, from<VIP, 0, 0, 1, 0, 0>>,
                           output<6>>>);

// two_areas_*, three_areas_feedback, classifier_all_steps
using plain = connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from_i>;
using fed_back = connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from_i>;
struct V1 : area<input<2, 9, 9>, neurons<E, I>, plain, output<5>> {};
struct V2 : area<input<5, 5, 4>, neurons<E, I>, plain, output<3>> {};
struct larger_v2 : area<input<5, 14, 12>, neurons<E, I>, plain, output<3>> {};
static_assert(wirable<network<V1, V2, pool<pool_mode::average>, area_delay<1>>> && wirable<network<V1, larger_v2>>);
static_assert(wirable<classifier<network<V1, V2>, classes<7>, hidden<16>, readout_pool<pool_mode::average, 2, 2>>>);

struct first
    : area<input<2, 9, 9>, feedback_channels<4, neuron_class::excitatory>, neurons<E, I>, fed_back, output<5>> {};
struct second
    : area<input<5, 5, 4>, feedback_channels<2, neuron_class::inhibitory>, neurons<E, I>, fed_back, output<4>> {};
struct third : area<input<4, 3, 3>, neurons<E, I>, plain, output<3>> {};
static_assert(wirable<network<first, V2, feedback<V2, first, edge{.extent = {5, 3}}>>>);
static_assert(wirable<network<first, second, third, feedback<second, first>, feedback<third, first>,
                              feedback<third, second>, area_delay<1>>>);

// The configurations spatial_1e1i1a, spatial_1h1a, spatial_4h1a, spatial_4h1a_v2, spatial_big_1h2af.
struct E32 : excitatory<32> {};
struct I8 : inhibitory<8> {};
static_assert(wirable<area<input<3, 32, 32>, neurons<E32, I8>,
                           connectivity<from<stimulus, 1, 0, 0>, from<E32, 1, 1, 1>, from<I8, 1, 0, 0>>, output<32>>>);
struct H16 : hybrid<16> {};
static_assert(
    wirable<area<input<3, 32, 32>, neurons<H16>, connectivity<from<stimulus, 1, 0>, from<H16, 1, 1>>, output<32>>>);

template <int Size>
struct sized : hybrid<16, nonlinearity<activation::tanh>> {};
constexpr edge square(int side, int groups = 1) { return {.extent = {side, side}, .groups = groups}; }
using h3 = sized<3>;
using h5 = sized<5>;
using h7 = sized<7>;
using h9 = sized<9>;
template <int Groups, auto Extra>
using four_sizes =
    area<input<1, 32, 32>, neurons<h3, h5, h7, h9>,
         connectivity<from<stimulus, square(3), square(5), square(7), square(9), 0>,
                      from<h3, 1, 0, 0, 0, square(3, Groups)>, from<h5, 0, 1, 0, 0, square(3, Groups)>,
                      from<h7, 0, Extra, 1, 0, square(3, Groups)>, from<h9, Extra, 0, 0, 1, square(3, Groups)>>,
         output<64>>;
static_assert(wirable<four_sizes<1, 0>> && wirable<four_sizes<2, 1>>);

struct H32 : hybrid<32, nonlinearity<activation::tanh>> {};
struct H64 : hybrid<64, nonlinearity<activation::tanh>> {};
constexpr edge wide{.extent = {5, 5}};
struct lower : area<input<1, 128, 128>, feedback_channels<16>, neurons<H32>,
                    connectivity<from<stimulus, wide, 0>, from<top_down, wide, 0>, from<H32, wide, wide>>, output<32>> {
};
struct upper : area<input<32, 32, 32>, neurons<H64>, connectivity<from<stimulus, 1, 0>, from<H64, 1, 1>>, output<64>> {
};
static_assert(wirable<classifier<network<lower, upper, feedback<upper, lower>>, classes<2>, dropout<0.2>,
                                 readout_pool<pool_mode::max, 4, 4>>>);

}  // namespace
