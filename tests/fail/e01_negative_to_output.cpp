// EXPECT: [cortexpr E01]
// EXPECT: E01_negative_cell<PV, cortexpr::output<32
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct PV : inhibitory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
#ifdef BAD_CODE
        from<PV,       1, 0, -1>>,
#else
        from<PV,       1, 0, 1>>,
#endif
    output<32>> {};
