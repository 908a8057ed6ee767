// An output map, as an area has it.
// EXPECT: [cortexpr S15]
// EXPECT: S15_unknown_connectome_part<cortexpr::output<8
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output<8>> {};
#else
    stimulus_to<R>, dense_output_from<8, T4a>> {};
#endif
