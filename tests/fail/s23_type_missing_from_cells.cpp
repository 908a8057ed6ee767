// T4b is declared, but not in the list of cells.
// EXPECT: [cortexpr S23] a projection leads to something that is no cell type of this connectome; add it to cells<...>, or remove it from the projection
// EXPECT: S23_unknown_postsynaptic_type<L1, T4b>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct T4b : excitatory_cells<> {};
struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, projects<L1, T4a, T4b>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
