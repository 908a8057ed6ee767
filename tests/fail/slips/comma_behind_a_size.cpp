// A comma is missing between the number of inputs and the first type.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, dense_stimulus_to<8 R>, output_from<L1>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, dense_stimulus_to<8, R>, output_from<L1>> {};
#endif
