// Units are counted in whole numbers.
// EXPECT: if an error above is about this struct, mend that one first
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct Digits : classifier<network<V1>, classes<10>, hidden<64.5>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, hidden<64>> {};
#endif
inline constexpr auto count = parameter_count<Digits>;
