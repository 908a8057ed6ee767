// Nothing drives the cells.
// EXPECT: [cortexpr S16] the connectome lacks a part that every connectome needs; add it: connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>>
// EXPECT: S16_missing_connectome_part<cortexpr::connectome_part::stimulus>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    output_from<T4a>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
