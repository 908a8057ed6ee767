// States that are drawn anew for each image.
// EXPECT: [cortexpr O07] the on-chip executor starts from zeros, and this network has other initial states; leave initial_state out, or use another executor
// EXPECT: O07_initial_state<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, initial_state<fill::uniform>> {};
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
