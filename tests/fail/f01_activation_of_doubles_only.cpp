// The network computes in float as well as in double; on an edge.
// EXPECT: [cortexpr F01] custom<> names a struct
// EXPECT: custom_activation_of<Saturating>::erased
// EXPECT: , cortexpr::stimulus, E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Saturating {
    static constexpr bool can_be_negative = true;
#ifdef BAD_CODE
    static double value(double x) { return x / (1 + x * x); }
    static double slope(double x) { return (1 - x * x) / ((1 + x * x) * (1 + x * x)); }
#else
    template <class Real> static Real value(Real x) { return x / (1 + x * x); }
    template <class Real> static Real slope(Real x) { return (1 - x * x) / ((1 + x * x) * (1 + x * x)); }
#endif
};
struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, edge{.nonlinearity = custom<Saturating>}, 0>, from<E, 1, 1>>,
    output<32>> {};
