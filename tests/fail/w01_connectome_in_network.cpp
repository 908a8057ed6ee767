// A connectome is no area.
// EXPECT: [cortexpr W01]
// EXPECT: a connectome is a network of its own
// EXPECT: W01_unknown_network_part<Motion>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};

#ifdef BAD_CODE
struct Fly : network<Motion> {};
struct Directions : classifier<Fly, classes<4>> {};
#else
struct Directions : classifier<Motion, classes<4>> {};
#endif
