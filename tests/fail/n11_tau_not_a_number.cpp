// A constant computed from another one went wrong.
// EXPECT: [cortexpr N11]
// EXPECT: N11_initial_tau<E,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#include <limits>

#ifdef BAD_CODE
constexpr double tau_0 = std::numeric_limits<double>::quiet_NaN();
#else
constexpr double tau_0 = 2.0;
#endif

struct E : excitatory<16, tau<tau_mode::per_subtype, tau_0>> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
