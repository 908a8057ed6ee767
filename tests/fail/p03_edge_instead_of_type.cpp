// An edge has no state.
// EXPECT: [cortexpr P03]
// EXPECT: P03_incomplete_name<Digits, V1, E, I>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::options_fit<Digits, record<V1, E, I>>;
#else
inline constexpr bool asked = detail::options_fit<Digits, record<V1, E>, record<V1, I>>;
#endif
