// const makes no other area of it.
// EXPECT: [cortexpr W07]
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Two : network<V1, const V1> {};
#else
struct Two : network<const V1> {};
#endif
static_assert(!Two::wired || plan_of<Two>.areas.size() == 1);
