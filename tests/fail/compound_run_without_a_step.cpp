// A run of no step, or of fewer, isn't counted.
// EXPECT: [cortexpr] a run has at least one step
// EXPECT: run_without_a_step<-1>
#include <cortexpr/dsl.hpp>
#include <cortexpr/plan/facts.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
inline constexpr auto asked = forward_flops<Digits, -1>;
#else
inline constexpr auto asked = forward_flops<Digits, 1>;
#endif
