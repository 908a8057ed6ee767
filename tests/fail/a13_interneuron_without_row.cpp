// VIP was added to the types; its row was forgotten.
// EXPECT: [cortexpr A13] the matrix has no row for this neuron type; add from<...> with a cell for each target
// EXPECT: A13_missing_row<VIP>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<8> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4> {};
struct VIP : inhibitory<2> {};

struct V1 : area<input<1, 10, 10>, neurons<Pyr, PV, SST, VIP>,
    connectivity<
        //             Pyr PV SST VIP output
        from<stimulus, 1,  1, 0,  0,  0>,
        from<Pyr,      1,  1, 1,  1,  1>,
        from<PV,       1,  1, 0,  0,  0>,
#ifdef BAD_CODE
        from<SST,      1,  1, 0,  1,  0>>,
#else
        from<SST,      1,  1, 0,  1,  0>,
        from<VIP,      0,  0, 1,  0,  0>>,
#endif
    output<6>> {};
