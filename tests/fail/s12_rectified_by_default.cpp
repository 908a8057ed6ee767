// The default is sigmoid, which is never negative.
// EXPECT: [cortexpr S12]
// EXPECT: S12_superfluous_rectified<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<rectified> {};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
