// The rates of T4a were meant.
// EXPECT: [cortexpr S30] the output is read from something that is no cell type of this connectome; add it to cells<...>, or remove it
// EXPECT: S30_unknown_output_type<cortexpr::rectified>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<T4a, rectified>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
