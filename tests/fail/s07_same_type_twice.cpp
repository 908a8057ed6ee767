// EXPECT: [cortexpr S07] cells<...> names this cell type twice; name it once
// EXPECT: S07_repeated_cell_type<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    cells<R, L1, T4a, L1>,
#else
    cells<R, L1, T4a>,
#endif
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
