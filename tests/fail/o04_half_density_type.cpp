// A type on every second position needs a map of another size.
// EXPECT: [cortexpr O04] the on-chip executor has one grid for all neuron types, and this network has half-density types; leave half_density out, or use another executor
// EXPECT: O04_half_density<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, half_density> {};
#else
struct E : excitatory<16> {};
#endif
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, 1, 0>,
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
