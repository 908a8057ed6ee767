// A nonlinearity of one's own without its derivative: nothing could be learned through it.
// EXPECT: [cortexpr F01] custom<> names a struct (the first, then the place) that is no nonlinearity
// EXPECT: custom_activation_of<Squared>::erased
// EXPECT: , E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Squared {
    static constexpr bool can_be_negative = false;
    template <class Real> static constexpr Real value(Real x) { return x > 0 ? x * x : 0; }
#ifndef BAD_CODE
    template <class Real> static constexpr Real slope(Real x) { return x > 0 ? 2 * x : 0; }
#endif
};
struct E : excitatory<16, nonlinearity<custom<Squared>>> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
