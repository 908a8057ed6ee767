// A struct of the user's own is no option.
// EXPECT: [cortexpr N09]
// EXPECT: N09_unknown_neuron_option<PV, fast_spiking>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct fast_spiking {};
#ifdef BAD_CODE
struct PV : inhibitory<4, fast_spiking> {};
#else
struct PV : inhibitory<4, tau<tau_mode::per_type, 1.0>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, PV>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<PV, 1, 1, 0>>,
    output<32>> {};
