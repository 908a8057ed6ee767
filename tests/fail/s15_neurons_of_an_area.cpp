// The list of an area.
// EXPECT: [cortexpr S15]
// EXPECT: S15_unknown_connectome_part<cortexpr::neurons<R, L1, T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    neurons<R, L1, T4a>,
#else
    cells<R, L1, T4a>,
#endif
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
