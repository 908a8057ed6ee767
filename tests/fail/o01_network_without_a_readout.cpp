// A network alone: its output is a map, and no maximum of it is read.
// EXPECT: [cortexpr O01] the on-chip executor ends in a readout, and this network has none; declare a classifier, or use another executor
// EXPECT: O01_readout<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, 1, 0>,
        from<E,        1, 1>>,
    output<32>> {};
#ifdef BAD_CODE
struct Digits : network<V1> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif

template struct cortexpr::requires_on_chip<Digits>;
