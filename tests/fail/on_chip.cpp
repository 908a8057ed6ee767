// A network that is asked to stay on chip, and is too large for it.
// EXPECT: [cortexpr chip] the states of this network don't fit
// EXPECT: on_chip_demand<Digits, 567152, 232448>
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<64> {};
#else
struct E : excitatory<16> {};
#endif
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::kept_on_chip<Digits>;
