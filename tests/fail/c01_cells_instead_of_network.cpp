// The connectome has a name, and that is what is read.
// EXPECT: [cortexpr C01]
// EXPECT: C01_not_a_network<cortexpr::cells<R, L1, T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};

#ifdef BAD_CODE
struct Directions : classifier<cells<R, L1, T4a>, classes<4>> {};
#else
struct Directions : classifier<Motion, classes<4>> {};
#endif
