// Half a step is no time constant that a step can follow.
// EXPECT: [cortexpr N11] the time constant tau of this neuron type must start from a finite number of at least 1
// EXPECT-GNU: N11_initial_tau<PV, 5.0e-1>
// EXPECT-Clang: N11_initial_tau<PV, 5.000000e-01>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct PV : inhibitory<4, tau<tau_mode::per_type, 0.5>> {};
#else
struct PV : inhibitory<4, tau<tau_mode::per_type, 1.5>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<PV, 1, 1, 0>>,
    output<32>> {};
