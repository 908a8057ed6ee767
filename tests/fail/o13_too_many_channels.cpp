// A population of 64 subtypes, whose states and weights need 554 KiB.
// EXPECT: [cortexpr O13] the states of this network need more bytes of shared memory than a multiprocessor has; declare fewer channels or a smaller map, or use another executor
// EXPECT: O13_shared_memory<Digits, 567152, 232448>
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

template struct cortexpr::requires_on_chip<Digits>;
