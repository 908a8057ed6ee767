// A struct that is both has two declarations, and neither counts.
// EXPECT: [cortexpr C02] this network derives from network<...> or connectome<...> privately, or from two of them
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct R : excitatory_cells<> {};
struct Eye : connectome<cells<R>, synapses<as_in_the_file>, stimulus_to<R>, output_from<R>> {};

#ifdef BAD_CODE
struct Both : network<V1>, Eye {};
#else
struct Both : network<V1> {};
#endif
struct Digits : classifier<Both, classes<10>> {};
