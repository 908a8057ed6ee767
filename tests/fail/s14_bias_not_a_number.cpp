// A constant computed from another one went wrong.
// EXPECT: [cortexpr S14] the bias of this cell type must start from a finite number
// EXPECT: S14_initial_bias<L1,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#include <limits>

#ifdef BAD_CODE
constexpr double resting = std::numeric_limits<double>::quiet_NaN();
#else
constexpr double resting = 0.5;
#endif
struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<bias<bias_mode::per_type, resting>> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
