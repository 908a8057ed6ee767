// Sixteen subtypes on a grid, as an area has them.
// EXPECT: [cortexpr S05] this is a neuron type of an area, with subtypes on a grid; the cells of a connectome are counted by its file: derive from excitatory_cells<>, inhibitory_cells<> or hybrid_cells<>
// EXPECT: S05_neuron_type_as_cell_type<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory<16> {};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
