// An area whose output is rectified.
// EXPECT: [cortexpr O10] the output of the on-chip executor is a plain sum, and this one has a nonlinearity; leave it out, or use another executor
// EXPECT: O10_output_nonlinearity<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, 1, 0>,
        from<E,        1, 1>>,
#ifdef BAD_CODE
    output<32, activation::relu>> {};
#else
    output<32>> {};
#endif
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
