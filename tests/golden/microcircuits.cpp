// One area, wired in different ways.

#include "replay.hpp"

#include "catch.hpp"

namespace cortexpr::golden {

namespace {

struct E : excitatory<4> {};
struct I : inhibitory<4> {};

/// An E-I area of 2 channels on 9 x 9 with 5 channels out.
template <class Wiring, neuron_class InputClass = neuron_class::hybrid>
using microcircuit = area<input<2, 9, 9, InputClass>, neurons<E, I>, Wiring, output<5>>;
using all_to_all = connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;

struct ExcitatoryInput : microcircuit<all_to_all, neuron_class::excitatory> {};
struct InhibitoryInput : microcircuit<all_to_all, neuron_class::inhibitory> {};
struct InputToOutput : microcircuit<connectivity<from<stimulus, 1, 1, 1>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>> {};
struct BothProject : microcircuit<connectivity<from<stimulus, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 1>>> {};
struct FeedforwardInhibition : microcircuit<connectivity<from<stimulus, 1, 1, 0>, from<E, 0, 0, 1>, from<I, 1, 0, 0>>> {
};
struct FeedbackInhibition : microcircuit<connectivity<from<stimulus, 1, 0, 0>, from<E, 0, 1, 1>, from<I, 1, 0, 0>>> {};

struct Pyr : excitatory<8> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<2> {};
struct Column : area<input<1, 10, 10>, neurons<Pyr, PV, SST, VIP>,
                     connectivity<  //        Pyr PV SST VIP output
                         from<stimulus, 1, 1, 0, 0, 0>, from<Pyr, 1, 1, 1, 1, 1>, from<PV, 1, 1, 0, 0, 0>,
                         from<SST, 1, 1, 0, 1, 0>, from<VIP, 0, 0, 1, 0, 0>>,
                     output<6>> {};

struct H : hybrid<6, nonlinearity<activation::tanh>> {};
struct Hybrid : area<input<3, 8, 8>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<4>> {};

}  // namespace

TEST_CASE("an excitatory input row") { replay(plan_of<ExcitatoryInput>, "input_class_excitatory"); }
TEST_CASE("an inhibitory input row") { replay(plan_of<InhibitoryInput>, "input_class_inhibitory"); }
TEST_CASE("an input that reaches the output directly") { replay(plan_of<InputToOutput>, "input_to_output"); }
TEST_CASE("an inhibitory type that projects too") { replay(plan_of<BothProject>, "both_types_project"); }
TEST_CASE("feedforward inhibition") { replay(plan_of<FeedforwardInhibition>, "feedforward_inhibition"); }
TEST_CASE("feedback inhibition") { replay(plan_of<FeedbackInhibition>, "feedback_inhibition"); }
TEST_CASE("pyramidal cells with PV, SST and VIP interneurons") { replay(plan_of<Column>, "pyr_pv_sst_vip"); }
TEST_CASE("a hybrid type with tanh") { replay(plan_of<Hybrid>, "hybrid_tanh"); }

}  // namespace cortexpr::golden
