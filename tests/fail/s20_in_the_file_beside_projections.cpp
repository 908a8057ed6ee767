// Of R it is said, all else was to come from the file.
// EXPECT: [cortexpr S20] as_in_the_file allows whatever the file connects, so that this row beside it says nothing
// EXPECT: S20_in_the_file_beside_projections<cortexpr::projects<R, L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, as_in_the_file>,
#else
    synapses<as_in_the_file>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
