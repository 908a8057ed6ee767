// L1 has two rows, both with T4a.
// EXPECT: [cortexpr S24]
// EXPECT: S24_repeated_projection<L1, T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, projects<L1, T4a>, projects<R, T4a>, projects<L1, R, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>, projects<R, T4a>, projects<L1, R>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
