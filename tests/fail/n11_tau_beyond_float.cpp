// Parameters are float32, which ends at 3.4e38.
// EXPECT: (it is counted in steps, in float32)
// EXPECT: N11_initial_tau<E,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::per_type, 1e300>> {};
#else
struct E : excitatory<16, tau<tau_mode::per_type, 1e38>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
