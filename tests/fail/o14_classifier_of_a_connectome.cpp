// EXPECT: [cortexpr O14] the on-chip executor runs an area, and this is a connectome
// EXPECT: O14_connectome<Directions>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct Directions : classifier<Retina, classes<4>> {};
#else
struct Directions : classifier<network<V1>, classes<4>> {};
static_assert(!fits_on_chip<Retina> && !fits_on_chip<classifier<Retina, classes<4>>>);
#endif
template struct cortexpr::requires_on_chip<Directions>;
