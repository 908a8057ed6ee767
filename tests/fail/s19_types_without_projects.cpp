// From R to L1, as it would be drawn.
// EXPECT: [cortexpr S19] synapses<...> holds something that is no projection; write projects<R, L1, L2>, or as_in_the_file alone
// EXPECT: S19_not_a_projection<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<R, L1, T4a>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
