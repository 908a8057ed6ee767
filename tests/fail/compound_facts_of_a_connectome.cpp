// How many parameters there are, the file decides.
// EXPECT: [cortexpr] the file decides how many cells and synapses a connectome has
// EXPECT: fact_of_a_connectome<Motion>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};

#ifdef BAD_CODE
static_assert(parameter_count<Motion> == 5);
static_assert(state_bytes<Motion> < 1000);
static_assert(edges<Motion>.empty());
#else
static_assert(plan_of<Motion>.types.size() == 3);
#endif
