// EXPECT: [cortexpr S33]
// EXPECT: S33_all_cells_beside_types<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    dense_stimulus_to<8, R, all_cells>, output_from<T4a>> {};
#else
    dense_stimulus_to<8, all_cells>, output_from<T4a>> {};
#endif
