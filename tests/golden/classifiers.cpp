// Classifiers: logits, loss, gradients and three steps of Adam.

#include "replay.hpp"

#include "catch.hpp"

namespace cortexpr::golden {

namespace digits {
struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
                 connectivity<                 //  E  I  output
                     from<stimulus, 1, 1, 0>,  //
                     from<E, 1, 1, 1>,         //
                     from<I, 1, 1, 0>>,
                 output<32>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
}  // namespace digits

namespace all_steps {
struct E : excitatory<4> {};
struct I : inhibitory<4> {};
using wiring = connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;
struct V1 : area<input<2, 9, 9>, neurons<E, I>, wiring, output<5>> {};
struct V2 : area<input<5, 5, 4>, neurons<E, I>, wiring, output<3>> {};
struct Both : classifier<network<V1, V2>, classes<7>, hidden<16>, readout_pool<pool_mode::average, 2, 2>> {};
}  // namespace all_steps

TEST_CASE("the digits example's classifier is the reference's") { replay(plan_of<digits::Digits>, "seed"); }

TEST_CASE("logits of all steps of a classifier on two areas are the reference's") {
    replay(plan_of<all_steps::Both>, "classifier_all_steps");
}

}  // namespace cortexpr::golden
