// Eight inputs, but to which cells?
// EXPECT: [cortexpr S25] the stimulus reaches no cells; name the types that it drives, stimulus_to<R>, or all of them, stimulus_to<all_cells>
// EXPECT: S25_no_stimulated_types<cortexpr::dense_stimulus_to<8>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    dense_stimulus_to<8>, output_from<T4a>> {};
#else
    dense_stimulus_to<8, R>, output_from<T4a>> {};
#endif
