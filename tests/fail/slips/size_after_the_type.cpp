// The number of outputs comes first.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, dense_output_from<T4a, 8>> {};
#else
    stimulus_to<R>, dense_output_from<8, T4a>> {};
#endif
struct Directions : classifier<Motion, classes<4>> {};
inline constexpr auto types = plan_of<Directions>.types.size();
