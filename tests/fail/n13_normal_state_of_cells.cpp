// Rates that are cut off at 0 do not start below it.
// EXPECT: [cortexpr N13]
// EXPECT: N13_negative_initial_state<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>, rectified, initial_state<fill::normal>> {};
#else
struct L1 : inhibitory_cells<nonlinearity<activation::tanh>, rectified, initial_state<fill::uniform>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
