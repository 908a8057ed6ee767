// Each learned stimulus says how many inputs it has.
// EXPECT: [cortexpr S28]
// EXPECT: S28_stimulus_size<cortexpr::sparse_stimulus_to<
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    sparse_stimulus_to<>, output_from<T4a>> {};
#else
    sparse_stimulus_to<64, R>, output_from<T4a>> {};
#endif
