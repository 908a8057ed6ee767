// The user's own nonlinearity says itself that it goes below zero.
// EXPECT: [cortexpr N12] this excitatory or inhibitory type has a nonlinearity that can be negative
// EXPECT-GNU: N12_negative_nonlinearity<E, (& cortexpr::detail::custom_activation_of<Cubic>::erased)>
// EXPECT-Clang: N12_negative_nonlinearity<E, &cortexpr::detail::custom_activation_of<Cubic>::erased>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Cubic {
    static constexpr bool can_be_negative = true;
    template <class Real> static constexpr Real value(Real x) { return x * x * x; }
    template <class Real> static constexpr Real slope(Real x) { return 3 * x * x; }
};
#ifdef BAD_CODE
struct E : excitatory<16, nonlinearity<custom<Cubic>>> {};
#else
struct E : hybrid<16, nonlinearity<custom<Cubic>>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
