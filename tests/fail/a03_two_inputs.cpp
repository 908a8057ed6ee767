// An area reads one input. A second stream would be more channels of it.
// EXPECT: [cortexpr A03] the area has this part twice; keep one of the two
// EXPECT: A03_repeated_area_part<cortexpr::area_part::input>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<
#ifdef BAD_CODE
    input<1, 28, 28>, input<2, 28, 28>,
#else
    input<3, 28, 28>,
#endif
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
