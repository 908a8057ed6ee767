// The synapse takes a threshold off, so that a weak excitatory cell would inhibit.
// EXPECT: [cortexpr E10] this edge of an excitatory or inhibitory type has a nonlinearity of your own that may turn its sign
// EXPECT-GNU: E10_negative_edge_nonlinearity<E, cortexpr::output<8>, (& cortexpr::detail::custom_activation_of<Shifted>::erased)>
// EXPECT-Clang: E10_negative_edge_nonlinearity<E, cortexpr::output<8>, &cortexpr::detail::custom_activation_of<Shifted>::erased>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Shifted {
#ifdef BAD_CODE
    static constexpr bool can_be_negative = true;
    template <class Real> static constexpr Real value(Real x) { return x - 1; }
    template <class Real> static constexpr Real slope(Real) { return 1; }
#else
    static constexpr bool can_be_negative = false;
    template <class Real> static constexpr Real value(Real x) { return x > 1 ? x - 1 : 0; }
    template <class Real> static constexpr Real slope(Real x) { return x > 1 ? 1 : 0; }
#endif
};
struct E : excitatory<4> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<E, 1, edge{.nonlinearity = custom<Shifted>}>>,
    output<8>> {};
