// Mi1 was forgotten in the list of cells.
// EXPECT: [cortexpr S21] a projection comes from something that is no cell type of this connectome; add it to cells<...>, or remove the projection
// EXPECT: S21_unknown_presynaptic_type<Mi1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Mi1 : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    cells<R, L1, T4a>,
#else
    cells<R, L1, Mi1, T4a>,
#endif
    synapses<projects<Mi1, T4a>, projects<R, L1, Mi1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
