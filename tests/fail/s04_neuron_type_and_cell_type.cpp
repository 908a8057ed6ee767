// One struct for areas and connectomes: how many there are, either the struct says or the file.
// EXPECT: [cortexpr S04]
// EXPECT: S04_cell_type_inheritance<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory<16>, inhibitory_cells<> {};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
