// With and without the area's name, the same state.
// EXPECT: [cortexpr P10]
// EXPECT: P10_repeated_probe<cortexpr::record<E>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::options_fit<Digits, steps, record<V1, E>, record<E>>;
#else
inline constexpr bool asked = detail::options_fit<Digits, steps, record<V1, E>, record<I>, silence<E>>;
#endif
