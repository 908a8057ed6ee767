// A cell type has no subtypes; how many cells it has, a file would say, and an area reads none.
// EXPECT: [cortexpr N01]
// EXPECT: N01_not_a_neuron_type<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct L1 : inhibitory_cells<> {};
#else
struct L1 : inhibitory<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<L1>, connectivity<from<stimulus, 1, 0>, from<L1, 1, 1>>, output<32>> {};
