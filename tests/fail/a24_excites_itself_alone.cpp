// VIP hears SST, and itself; what is silent doesn't excite itself, unless the edge has a bias.
// EXPECT: [cortexpr A24] this neuron type hears only inhibition
// EXPECT: A24_only_inhibited<VIP>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct SST : inhibitory<4> {};
struct VIP : excitatory<4, nonlinearity<activation::relu>> {};

struct V1 : area<input<1, 28, 28>, neurons<SST, VIP>,
    connectivity<
        //             SST VIP output
        from<stimulus, 1,  0, 0>,
        from<SST,      1,  1, 0>,
#ifdef BAD_CODE
        from<VIP,      0,  edge{.bias = false}, 1>>,
#else
        from<VIP,      0,  edge{.bias = true}, 1>>,
#endif
    output<32>> {};
