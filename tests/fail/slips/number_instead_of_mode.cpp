// A time constant has a mode first: tau<tau_mode::per_type, 2.0>.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<2.0>> {};
#else
struct E : excitatory<16> {};
#endif
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
inline constexpr auto count = parameter_count<Digits>;
