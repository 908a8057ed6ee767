// A comma is missing between two cell types; GCC says no more than that.
// EXPECT-GNU: two or more data types in declaration
// EXPECT-Clang: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
#ifdef BAD_CODE
struct Retina : connectome<cells<R, L1>, synapses<projects<R L1>>, stimulus_to<R>, output_from<L1>> {};
#else
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
#endif
