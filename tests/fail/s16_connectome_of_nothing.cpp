// EXPECT: [cortexpr S16]
// EXPECT: S16_missing_connectome_part<cortexpr::connectome_part::cells>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

#ifdef BAD_CODE
struct Motion : connectome<> {};
#else
struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
#endif
