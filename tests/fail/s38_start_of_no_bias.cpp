// Either there is a bias that starts from 0.5, or none.
// EXPECT: [cortexpr S38] this cell type has no bias that could start from a number
// EXPECT-GNU: S38_superfluous_initial_bias<L1, 5.0e-1>
// EXPECT-Clang: S38_superfluous_initial_bias<L1, 5.000000e-01>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<bias<bias_mode::none, 0.5>> {};
#else
struct L1 : inhibitory_cells<bias<bias_mode::none>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
