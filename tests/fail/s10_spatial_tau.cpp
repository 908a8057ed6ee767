// EXPECT: [cortexpr S10]
// EXPECT: S10_cell_tau_mode<L1, cortexpr::tau_mode::spatial>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<tau<tau_mode::spatial>> {};
#else
struct L1 : inhibitory_cells<tau<tau_mode::per_neuron>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
