// EXPECT: [cortexpr S27] the stimulus part names this cell type twice; name it once
// EXPECT: S27_repeated_stimulated_type<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R, L1, R>, output_from<T4a>> {};
#else
    stimulus_to<R, L1>, output_from<T4a>> {};
#endif
