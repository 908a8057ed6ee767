// A neuron type belongs to an area.
// EXPECT: [cortexpr W01] this is no part of a network; the parts are areas (struct V1 : area<input<...>, ...> {};), feedback<>, pool<> and area_delay<>
// EXPECT: W01_unknown_network_part<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Net : network<V1, E> {};
#else
struct Net : network<V1> {};
#endif
