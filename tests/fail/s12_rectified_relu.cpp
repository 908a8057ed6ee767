// relu is cut off at 0 as it is.
// EXPECT: [cortexpr S12] the nonlinearity of this cell type is never negative, so that rectified changes nothing; leave it out
// EXPECT: S12_superfluous_rectified<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<activation::relu>, rectified> {};
#else
struct L1 : inhibitory_cells<nonlinearity<activation::relu>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
