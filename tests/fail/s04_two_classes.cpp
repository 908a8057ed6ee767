// Cells that excite some targets and inhibit others break Dale's law; hybrid ones are what is meant.
// EXPECT: [cortexpr S04]
// EXPECT: S04_cell_type_inheritance<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : excitatory_cells<>, inhibitory_cells<> {};
#else
struct L1 : hybrid_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
