// L2 was to be like L1: then it derives from it.
// EXPECT: [cortexpr S09]
// EXPECT: S09_unknown_cell_option<L2, L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L2 : inhibitory_cells<L1> {};
#else
struct L2 : L1 {};
#endif

struct Motion : connectome<cells<R, L1, L2, T4a>,
    synapses<projects<R, L1, L2>, projects<L1, T4a>, projects<L2, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
