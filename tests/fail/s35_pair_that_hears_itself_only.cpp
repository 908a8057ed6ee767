// L1 and Mi1 drive each other, and nothing drives them.
// EXPECT: [cortexpr S35] no path leads from the stimulus to this cell type; add a projection from a type that hears it, or remove the type
// EXPECT: S35_cell_type_hears_no_stimulus<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Mi1 : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, Mi1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, T4a>, projects<L1, Mi1>, projects<Mi1, L1, T4a>>,
#else
    synapses<projects<R, L1, T4a>, projects<L1, Mi1>, projects<Mi1, L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
