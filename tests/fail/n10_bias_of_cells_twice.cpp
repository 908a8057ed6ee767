// Which of the two holds?
// EXPECT: [cortexpr N10]
// EXPECT: N10_repeated_neuron_option<L1, cortexpr::bias<cortexpr::bias_mode::per_neuron
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<bias<bias_mode::per_type>, bias<bias_mode::per_neuron>> {};
#else
struct L1 : inhibitory_cells<bias<bias_mode::per_neuron>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
