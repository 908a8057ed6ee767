// T4b is no type of this connectome.
// EXPECT: [cortexpr S30]
// EXPECT: S30_unknown_output_type<T4b>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct T4b : excitatory_cells<> {};
struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<T4a, T4b>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
