// What is asked of a refused network adds no error to the one that refused it.
// EXPECT: [cortexpr A17] nothing reaches the area's output, the last column is all 0
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
#ifdef BAD_CODE
        from<E,        1, 1, 0>,
#else
        from<E,        1, 1, 1>,
#endif
        from<I,        1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

inline constexpr bool has_type = names_type<Digits, E>;
inline constexpr bool has_parameter = names_parameter<Digits, weight_of<V1, E, I>>;
inline constexpr bool run = detail::options_fit<Digits, cut<V1, E, I>, scale_edge<V1, I, E>, silence<V1, E>, record<V1, I>>;
