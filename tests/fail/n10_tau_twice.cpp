// Which of the two holds?
// EXPECT: [cortexpr N10] this type is given an option twice, or two that exclude each other; keep one
// EXPECT: N10_repeated_neuron_option<E, cortexpr::tau<cortexpr::tau_mode::per_type
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::spatial>, tau<tau_mode::per_type, 2.0>> {};
#else
struct E : excitatory<16, tau<tau_mode::per_type, 2.0>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
