// Read are all cells, and T4a among them.
// EXPECT: [cortexpr S33] all_cells names every type already; keep all_cells alone, or the types
// EXPECT: S33_all_cells_beside_types<T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<all_cells, T4a>> {};
#else
    stimulus_to<R>, output_from<all_cells>> {};
#endif
