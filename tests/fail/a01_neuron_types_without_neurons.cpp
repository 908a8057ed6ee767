// The types stand in the area itself instead of in neurons<...>.
// EXPECT: [cortexpr A01] this is no part of an area; the parts are input<>, neurons<>, connectivity<>, output<> and feedback_channels<>
// EXPECT: A01_unknown_area_part<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifdef BAD_CODE
    E, I,
#else
    neurons<E, I>,
#endif
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
