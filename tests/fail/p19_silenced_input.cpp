// An area's input is no neuron type; a silence is one of a neuron type, or of feedback.
// EXPECT: [cortexpr P19] silence<> acts on the state of a neuron type
// EXPECT: P19_silenced_edge<cortexpr::stimulus
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, feedback_channels<8>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<16>> {};
struct Digits : classifier<network<V1, V2, feedback<V2, V1>>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::options_fit<Digits, steps, silence<V1, stimulus>>;
#else
inline constexpr bool asked = detail::options_fit<Digits, steps, silence<V2, E>, silence<feedback<V2, V1>>>;
#endif
