// It stands inside of synapses<...>.
// EXPECT: [cortexpr S15]
// EXPECT: S15_unknown_connectome_part<cortexpr::as_in_the_file>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    as_in_the_file,
#else
    synapses<as_in_the_file>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
