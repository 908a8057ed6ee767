// What fits on chip is asked of a declaration.
// EXPECT: [cortexpr] this type is no area, network, connectome, classifier or regressor
// EXPECT: not_a_declaration<E>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
#ifdef BAD_CODE
template struct cortexpr::requires_on_chip<E>;
#else
template struct cortexpr::requires_on_chip<Digits>;
#endif
