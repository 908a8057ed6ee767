// One comma too many.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, neurons<E, I,>,
#else
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#endif
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
inline constexpr auto count = parameter_count<Digits>;
