// The part of the declaration in place of its name.
// EXPECT: [cortexpr P27] output is a part of a declaration, and no name; write to_output
// EXPECT: P27_output_instead_of_to_output<V1, E>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr int index = detail::looked_up<Digits, detail::parameter_lookup, weight_of<V1, E, output<32>>>;
#else
inline constexpr int index = detail::looked_up<Digits, detail::parameter_lookup, weight_of<V1, E, to_output>>;
#endif
