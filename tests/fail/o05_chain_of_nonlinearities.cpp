// A chain has no name that a kernel could know.
// EXPECT: [cortexpr O05] the on-chip executor knows nonlinearities by name, and this network has a chain or one of your own; choose one by name, or use another executor
// EXPECT: O05_nonlinearity<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, nonlinearity<chain(activation::tanh, activation::relu)>> {};
#else
struct E : excitatory<16, nonlinearity<activation::relu>> {};
#endif
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, 1, 0>,
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
