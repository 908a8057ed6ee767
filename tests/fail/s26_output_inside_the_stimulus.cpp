// The > of stimulus_to stands at the end of the connectome.
// EXPECT: [cortexpr S26] the stimulus is led to something that is no cell type of this connectome
// EXPECT: a part of the connectome stands behind the > that closes this one
// EXPECT: S26_unknown_stimulated_type<cortexpr::output_from<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R, output_from<L1>>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
