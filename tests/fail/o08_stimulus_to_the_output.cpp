// An output that adds the image to what the cells say.
// EXPECT: [cortexpr O08] the output of the on-chip executor reads neuron types alone, and this one reads the stimulus; leave the edge from the stimulus to the output out, or use another executor
// EXPECT: O08_stimulus_to_output<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
#ifdef BAD_CODE
        from<stimulus, 1, 1>,
#else
        from<stimulus, 1, 0>,
#endif
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
