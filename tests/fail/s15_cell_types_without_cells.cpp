// The types stand together in cells<...>.
// EXPECT: [cortexpr S15] this is no part of a connectome; the parts are cells<>, synapses<>, stimulus_to<>, output_from<> (both also dense_ and sparse_) and weights<>
// EXPECT: S15_unknown_connectome_part<R>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<
#ifdef BAD_CODE
    R, L1, T4a,
#else
    cells<R, L1, T4a>,
#endif
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
