// A bracket is missing at the end of the matrix.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>,
#else
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
#endif
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
inline constexpr auto count = parameter_count<Digits>;
