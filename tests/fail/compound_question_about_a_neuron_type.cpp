// EXPECT: [cortexpr] this type is no area, network, connectome, classifier or regressor: give a struct that derives from one of them, publicly, and from no second one, and that is defined above
// EXPECT: not_a_declaration<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
static_assert(!wirable<E> && broken_rule<E> == rule::none);
#else
static_assert(wirable<V1> && broken_rule<V1> == rule::none);
#endif
