// EXPECT: [cortexpr S14]
// EXPECT: S14_initial_bias<L1,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#include <limits>

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<bias<bias_mode::per_neuron, -std::numeric_limits<double>::infinity()>> {};
#else
struct L1 : inhibitory_cells<bias<bias_mode::per_neuron, -5.0>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
