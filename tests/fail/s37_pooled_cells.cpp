// The cells of T4a have no map.
// EXPECT: [cortexpr S37] the outputs of a connectome are no map that could be pooled; leave readout_pool<> out
// EXPECT: S37_readout_pool_of_connectome<Motion>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};

#ifdef BAD_CODE
struct Directions : classifier<Motion, classes<4>, readout_pool<pool_mode::max>> {};
#else
struct Directions : classifier<Motion, classes<4>> {};
#endif
