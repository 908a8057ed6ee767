// What is recorded perturbs nothing.
// EXPECT: [cortexpr P23] perturb(...) takes silence<V1, I>{}
// EXPECT: P23_not_a_perturbation<cortexpr::record<V1, E>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr bool asked = detail::perturbations_fit<Digits, silence<V1, I>, record<V1, E>>;
#else
inline constexpr bool asked = detail::perturbations_fit<Digits, silence<V1, I>, cut<V1, E, I>, cut<V1, E, I>,
                                                        inject<V1, E>, clamp<I>, scale_edge<stimulus, E>,
                                                        freeze_tau<E>, noise<I>>;
#endif
