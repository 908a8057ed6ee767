// Meant as an area: it says so once, and what is built on it adds nothing.
// EXPECT: [cortexpr W01] this is no part of a network; the parts are areas (struct V1 : area<input<...>, ...> {};)
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
struct V1 : network<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
struct Digits : classifier<network<V1>, classes<10>> {};
static_assert(sizeof(parameter_count<Digits>) > 0);
