// tanh of a negative drive is negative: L1 would excite.
// EXPECT: [cortexpr S11] these excitatory or inhibitory cells have a nonlinearity that can be negative
// EXPECT: S11_negative_cell_nonlinearity<L1, cortexpr::activation::tanh>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>> {};
#else
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>, rectified> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
