// Two types are driven: one part names both.
// EXPECT: [cortexpr S17] the connectome has this part twice; keep one of the two, which may name several types: stimulus_to<R, L1>
// EXPECT: S17_repeated_connectome_part<cortexpr::connectome_part::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, stimulus_to<L1>, output_from<T4a>> {};
#else
    stimulus_to<R, L1>, output_from<T4a>> {};
#endif
