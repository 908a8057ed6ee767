// All to all, in one word.
// EXPECT: [cortexpr S39] all_cells stands in stimulus and output parts only; name the types that this projection connects, or leave them to the file: synapses<as_in_the_file>
// EXPECT: S39_all_cells_in_projection<cortexpr::projects<R, cortexpr::all_cells>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, all_cells>, projects<L1, T4a>>,
#else
    synapses<projects<R, R, L1, T4a>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
