// EXPECT: [cortexpr S31] the output part names this cell type twice; name it once
// EXPECT: S31_repeated_output_type<T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, dense_output_from<8, T4a, T4a>> {};
#else
    stimulus_to<R>, dense_output_from<8, T4a>> {};
#endif
