// The fault is Motion's; the classifier on it, and what is asked of both, add no word.
// EXPECT: [cortexpr S23]
// EXPECT: S23_unknown_postsynaptic_type<L1, T4b>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct T4b : excitatory_cells<> {};
struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, projects<L1, T4b>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
struct Directions : classifier<Motion, classes<4>> {};

#ifdef BAD_CODE
static_assert(parameter_count<Motion> == 5 && parameter_count<Directions> == 7);
static_assert(forward_flops<Directions, 5> > 1000 && edges<Motion>.empty());
#endif
static_assert(plan_of<Motion>.types.size() < 4 && plan_of<Directions>.connections.size() < 4);
