// An option belongs to the type that it is about.
// EXPECT: [cortexpr S01]
// EXPECT: S01_not_a_cell_type<cortexpr::tau<cortexpr::tau_mode::per_type
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    cells<R, L1, tau<tau_mode::per_type, 2.0>, T4a>,
#else
    cells<R, L1, T4a>,
#endif
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
