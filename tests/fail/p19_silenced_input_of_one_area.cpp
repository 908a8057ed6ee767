// The same where there is one area, whose name may be left out.
// EXPECT: [cortexpr P19] silence<> acts on the state
// EXPECT: P19_silenced_edge<cortexpr::stimulus
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::options_fit<Digits, steps, silence<stimulus>>;
#else
inline constexpr bool asked = detail::options_fit<Digits, steps, silence<E>>;
#endif
