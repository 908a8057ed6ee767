// One fault, however often the area is used.
// EXPECT: [cortexpr A22]
// EXPECT: A22_reaches_nothing<PV>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct PV : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
#ifdef BAD_CODE
        from<PV,       0, 0, 0>>,
#else
        from<PV,       1, 0, 0>>,
#endif
    output<32>> {};

struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Shallow : network<V1> {};
struct Deep : network<V1, V2> {};
struct Digits : classifier<Deep, classes<10>> {};
struct Letters : classifier<Shallow, classes<26>> {};
