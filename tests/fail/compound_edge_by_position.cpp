// Five by five, or five groups? Numbers after the first have names.
// EXPECT: [cortexpr] the options of an edge are given by name
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E, edge{5, 5}, 1>>,
#else
        from<E, edge{5}, 1>>,
#endif
    output<32>> {};
