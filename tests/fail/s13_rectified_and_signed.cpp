// EXPECT: [cortexpr S13] this cell type asks for rates that are cut off at 0 and for rates that may be negative; keep rectified or signed_rates
// EXPECT: S13_rectified_signed_rates<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>, rectified, signed_rates> {};
#else
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>, signed_rates> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
