// Yes or no are two classes.
// EXPECT: [cortexpr C06] a classifier tells 2 to 1,000,000 classes apart; give classes<2> or more
// EXPECT: C06_few_classes<1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Faces : classifier<network<V1>, classes<1>> {};
#else
struct Faces : classifier<network<V1>, classes<2>> {};
#endif
