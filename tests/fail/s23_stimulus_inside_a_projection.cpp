// The > of projects stands behind the stimulus.
// EXPECT: [cortexpr S23] a projection leads to something that is no cell type of this connectome
// EXPECT: stands behind the > that closes projects<...>
// EXPECT: S23_unknown_postsynaptic_type<R, cortexpr::stimulus_to<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1, stimulus_to<R>>>, output_from<L1>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
