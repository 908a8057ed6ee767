// `class` inherits privately.
// EXPECT: [cortexpr S04] this cell type derives from its class privately, or from two classes; write struct
// EXPECT: S04_cell_type_inheritance<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
class L1 : inhibitory_cells<> {};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
