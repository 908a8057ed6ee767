// Declared where it is used: its own fault is told, and nothing else.
// EXPECT: [cortexpr S07]
// EXPECT: S07_repeated_cell_type<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};

struct Motion : classifier<connectome<
#ifdef BAD_CODE
    cells<R, L1, L1>,
#else
    cells<R, L1>,
#endif
    synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>>, classes<4>> {};
