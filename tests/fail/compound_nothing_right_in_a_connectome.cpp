// Faults at every place: the first one is told.
// EXPECT: [cortexpr S15]
// EXPECT: S15_unknown_connectome_part<cortexpr::classes<4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};

#ifdef BAD_CODE
struct Motion : connectome<cells<R, int, R>, synapses<projects<L1>, as_in_the_file>, classes<4>, output_from<>> {};
#else
struct Motion : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
