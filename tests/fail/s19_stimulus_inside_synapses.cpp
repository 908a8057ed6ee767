// The > of synapses stands at the end of the connectome.
// EXPECT: [cortexpr S19] synapses<...> holds something that is no projection
// EXPECT: stands behind the > that closes synapses<...>
// EXPECT: S19_not_a_projection<cortexpr::stimulus_to<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>, stimulus_to<R>, output_from<L1>>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
