// An inhibitory source stays one behind its synapse; a hybrid one is free.
// EXPECT: [cortexpr E10]
// EXPECT: make the source hybrid, or ask for its signed_rates
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Shifted {
    static constexpr bool can_be_negative = true;
    template <class Real> static constexpr Real value(Real x) { return x - 1; }
    template <class Real> static constexpr Real slope(Real) { return 1; }
};
struct E : excitatory<4> {};
#ifdef BAD_CODE
struct I : inhibitory<4> {};
#else
struct I : hybrid<4> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<E, 1, 1, 1>,
        from<I, edge{.nonlinearity = custom<Shifted>}, 0, 0>>,
    output<8>> {};
