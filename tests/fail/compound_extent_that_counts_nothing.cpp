// Half a position? C++ would take 5.5 for 5.
// EXPECT: [cortexpr] the extent of a kernel counts positions: write edge{.extent = 5}
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        from<stimulus, 1, 0>,
#ifdef BAD_CODE
        from<E, edge{.extent = 5.5}, 1>>,
#else
        from<E, edge{.extent = 5L}, 1>>,
#endif
    output<32>> {};
