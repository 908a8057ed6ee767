// A row of the matrix of an area.
// EXPECT: [cortexpr S19]
// EXPECT: S19_not_a_projection<cortexpr::from<R, 0, 1, 0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<from<R, 0, 1, 0>, projects<L1, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
