// From R to L1 leads projects<R, L1>; from<...> is a row of numbers.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
#ifdef BAD_CODE
    synapses<from<R, L1>, projects<L1, T4a>>,
#else
    synapses<projects<R, L1>, projects<L1, T4a>>,
#endif
    stimulus_to<R>, output_from<T4a>> {};
struct Directions : classifier<Motion, classes<4>> {};
inline constexpr auto types = plan_of<Directions>.types.size();
