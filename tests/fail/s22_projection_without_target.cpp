// The targets were removed, their row was not.
// EXPECT: [cortexpr S22] a projection of this cell type leads nowhere; name the types that it reaches, projects<R, L1>, or remove it
// EXPECT: S22_projection_without_target<T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<projects<R, L1>, projects<L1, T4a>, projects<T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
