// The mean of each channel is not its maximum.
// EXPECT: [cortexpr O02] the on-chip executor reads the maximum of each output channel, and this readout reads more;
// declare readout_pool<pool_mode::max>, or use another executor EXPECT: O02_readout_pool<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
                 connectivity<
                     //             E  output
                     from<stimulus, 1, 0>, from<E, 1, 1>>,
                 output<32>> {};
#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, readout_pool<pool_mode::average>> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif

template struct cortexpr::requires_on_chip<Digits>;
