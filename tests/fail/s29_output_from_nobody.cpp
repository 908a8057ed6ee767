// EXPECT: [cortexpr S29] the output is read from no cells; name the types, output_from<T4a>, or all of them, output_from<all_cells>
// EXPECT: S29_no_output_types<cortexpr::output_from<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
