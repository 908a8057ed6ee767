// One matrix for excitation and one for inhibition, as some papers draw them.
// EXPECT: [cortexpr A03]
// EXPECT: A03_repeated_area_part<cortexpr::area_part::connectivity>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>>,
    connectivity<from<I, 1, 1, 0>>,
#else
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
#endif
    output<32>> {};
