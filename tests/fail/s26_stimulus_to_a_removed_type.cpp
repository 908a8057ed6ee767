// L2 was taken out of the list of cells.
// EXPECT: [cortexpr S26]
// EXPECT: S26_unknown_stimulated_type<L2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct L2 : inhibitory_cells<> {};
struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R, L2>, output_from<T4a>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
