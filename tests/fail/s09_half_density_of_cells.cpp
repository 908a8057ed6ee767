// Cells stand on no grid whose every second position could be taken.
// EXPECT: [cortexpr S09] this cell type is given something that is no option of one
// EXPECT: S09_unknown_cell_option<L1, cortexpr::half_density>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<half_density> {};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
