// EXPECT: [cortexpr S28] a stimulus has 1 to 1,000,000 inputs; give their number first, as in dense_stimulus_to<784, R>
// EXPECT: S28_stimulus_size<cortexpr::dense_stimulus_to<0, R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    dense_stimulus_to<0, R>, output_from<T4a>> {};
#else
    dense_stimulus_to<784, R>, output_from<T4a>> {};
#endif
