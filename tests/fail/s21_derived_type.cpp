// L1b is like L1, but a type of its own.
// EXPECT: [cortexpr S21]
// EXPECT: S21_unknown_presynaptic_type<L1b>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct L1b : L1 {};
struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, projects<L1b, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
