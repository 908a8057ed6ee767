// The upper bound first.
// EXPECT: [cortexpr N16] the time constants of this neuron type are drawn from a range that is none
// EXPECT-GNU: N16_initial_tau_draw<E, 5.0e+0, 1.0e+0>
// EXPECT-Clang: N16_initial_tau_draw<E, 5.000000e+00, 1.000000e+00>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::per_subtype, uniform_draw{5, 1}>> {};
#else
struct E : excitatory<16, tau<tau_mode::per_subtype, uniform_draw{1, 5}>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
