// Operations, too.
// EXPECT: [cortexpr] the file decides how many cells and synapses a connectome has
// EXPECT: fact_of_a_connectome<Directions>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#include <cortexpr/schedule/work/work.hpp>

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
struct Directions : classifier<Motion, classes<4>> {};

#ifdef BAD_CODE
static_assert(forward_flops<Directions, 5> > 1000);
static_assert(planned_forward_flops<Directions, 5> > 1000 && saved_bytes<Directions, 5> > 0);
#else
static_assert(plan_of<Directions>.readout.classes == 4);
#endif
