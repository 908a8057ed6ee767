// A strength, or an extent, in place of a 1.
// EXPECT: [cortexpr E02] a cell of the matrix is neither 0 nor 1 (source, target, cell)
// EXPECT: E02_other_number<cortexpr::stimulus, E, 5>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, 5, 0>,
#else
        from<stimulus, edge{.extent = {5, 5}}, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
