// SST is named before its definition.
// EXPECT: [cortexpr N02] neurons<...> names a struct that has no valid definition before the area
// EXPECT: N02_incomplete_neuron_type<SST>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
#ifdef BAD_CODE
struct SST;
#else
struct SST : inhibitory<4> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST>,
    connectivity<
        //             Pyr SST output
        from<stimulus, 1,  0,  0>,
        from<Pyr,      1,  1,  1>,
        from<SST,      1,  0,  0>>,
    output<32>> {};
