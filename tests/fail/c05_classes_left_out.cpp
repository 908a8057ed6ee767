// EXPECT: [cortexpr C05] the classifier does not say how many classes it tells apart; add classes<10>
// EXPECT: C05_missing_classes<cortexpr::network<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1>, hidden<256>, dropout<0.5>> {};
#else
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
#endif
