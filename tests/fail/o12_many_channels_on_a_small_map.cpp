// 512 channels would fit in memory on a map this small, but not in one bit for each block of 16.
// EXPECT: [cortexpr O12] the on-chip executor holds at most 496 channels of states, and of the output, and this network has more; declare fewer, or use another executor
// EXPECT: O12_channels<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<512, nonlinearity<activation::relu>> {};
#else
struct E : excitatory<48, nonlinearity<activation::relu>> {};
#endif
struct V1 : area<input<1, 4, 4>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, edge{.extent = {1, 1}}, 0>,
        from<E,        edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
