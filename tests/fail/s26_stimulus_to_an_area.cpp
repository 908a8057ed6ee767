// The stimulus of a connectome goes to its cells.
// EXPECT: [cortexpr S26] the stimulus is led to something that is no cell type of this connectome; add it to cells<...>, or remove it
// EXPECT: S26_unknown_stimulated_type<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<V1>, output_from<T4a>> {};
#else
    stimulus_to<R>, output_from<T4a>> {};
#endif
