// Uniform between 0 and 1, as the reference's `rand`: every draw would become 1.
// EXPECT: [cortexpr N11] the time constant tau of this neuron type must start from a finite number of at least 1
// EXPECT: N11_initial_tau<E, 0.
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::per_subtype, uniform_draw{0, 1}>> {};
#else
struct E : excitatory<16, tau<tau_mode::per_subtype, uniform_draw{1, 5}>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
