// The class itself in the list.
// EXPECT: [cortexpr S03]
// EXPECT: S03_underived_cell_type<cortexpr::hybrid_cells<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    cells<R, L1, T4a, hybrid_cells<>>,
#else
    cells<R, L1, T4a>,
#endif
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
