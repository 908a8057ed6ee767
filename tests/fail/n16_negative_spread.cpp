// A standard deviation below zero.
// EXPECT: [cortexpr N16] the time constants of this neuron type are drawn from a range that is none
// EXPECT: N16_initial_tau_draw<E,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::spatial, normal_draw{3, -0.5}>> {};
#else
struct E : excitatory<16, tau<tau_mode::spatial, normal_draw{3, 0.5}>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
