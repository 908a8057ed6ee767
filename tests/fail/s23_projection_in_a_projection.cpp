// From R to L1 and on to T4a: each step is a row.
// EXPECT: [cortexpr S23]
// EXPECT: S23_unknown_postsynaptic_type<R, cortexpr::projects<L1, T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, projects<L1, T4a>>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
