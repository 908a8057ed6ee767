// EXPECT: [cortexpr E05]
// EXPECT: E05_even_extent<cortexpr::stimulus, E, 3, 2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
#ifdef BAD_CODE
        from<stimulus, edge{.extent = {3, 2}}, 0>,
#else
        from<stimulus, edge{.extent = {3, 1}}, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
