// An alias gives the type no name of its own, so that no label of the file can be meant.
// EXPECT: [cortexpr S03] a cell type needs a name of its own, which is its label in the file; derive a struct, write no alias
// EXPECT: S03_underived_cell_type<cortexpr::inhibitory_cells<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
using L1 = inhibitory_cells<>;
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
