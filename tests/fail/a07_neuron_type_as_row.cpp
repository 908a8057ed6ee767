// A row is from<source, cells...>, not the source alone.
// EXPECT: [cortexpr A07] connectivity<...> holds something that is no row; write rows: from<E, 1, 1, 1>
// EXPECT: A07_not_a_row<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 0>, E>,
#else
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#endif
    output<32>> {};
