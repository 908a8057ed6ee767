// The > of output_from stands at the end of the connectome.
// EXPECT: [cortexpr S30] the output is read from something that is no cell type of this connectome
// EXPECT: S30_unknown_output_type<cortexpr::stimulus_to<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, output_from<L1, stimulus_to<R>>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, output_from<L1>, stimulus_to<R>> {};
#endif
