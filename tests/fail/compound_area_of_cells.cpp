// Meant as a connectome: it says so once, and the classifier adds nothing.
// EXPECT: [cortexpr A01] this is no part of an area; the parts are input<>, neurons<>, connectivity<>, output<> and feedback_channels<> (cells<> and synapses<> make a connectome)
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4 : excitatory_cells<> {};

#ifdef BAD_CODE
struct Motion : area<cells<R, T4>, synapses<projects<R, T4>>, stimulus_to<R>, output_from<T4>> {};
#else
struct Motion : connectome<cells<R, T4>, synapses<projects<R, T4>>, stimulus_to<R>, output_from<T4>> {};
#endif
struct Directions : classifier<Motion, classes<4>> {};
