// The output is read from L1, though T4a follows.
// EXPECT: [cortexpr S36]
// EXPECT: S36_cell_type_reaches_nothing<T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<L1>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
