// L1 is driven, and no type hears it.
// EXPECT: [cortexpr S36] no path leads from this cell type to the output; add a projection, read the type itself, or remove it
// EXPECT: S36_cell_type_reaches_nothing<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
