// EXPECT: [cortexpr S18] a connectome needs synapses; say which types are connected, synapses<projects<R, L1>>, or leave it to the file: synapses<as_in_the_file>
// EXPECT: S18_no_synapses<cortexpr::synapses<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<>,
#else
    synapses<as_in_the_file>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
