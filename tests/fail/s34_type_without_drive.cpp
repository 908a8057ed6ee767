// L1 sends, but no type sends to it.
// EXPECT: [cortexpr S34] neither the stimulus nor a projection reaches this cell type; add one, or remove the type
// EXPECT: S34_cell_type_hears_nothing<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, T4a>, projects<L1, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
