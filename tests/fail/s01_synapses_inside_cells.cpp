// The > of cells stands behind the synapses.
// EXPECT: [cortexpr S01] cells<...> names something that is no cell type
// EXPECT: stands behind the > that closes cells<...>
// EXPECT: S01_not_a_cell_type<cortexpr::synapses<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1, synapses<projects<R, L1>>>, stimulus_to<R>, output_from<L1>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
