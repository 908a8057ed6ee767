// What the file connects is left open, but has to be said.
// EXPECT: [cortexpr S16]
// EXPECT: S16_missing_connectome_part<cortexpr::connectome_part::synapses>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifndef BAD_CODE
    synapses<as_in_the_file>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
