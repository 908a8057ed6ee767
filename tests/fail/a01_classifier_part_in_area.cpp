// hidden<> belongs to the classifier.
// EXPECT: [cortexpr A01]
// EXPECT: A01_unknown_area_part<cortexpr::hidden<256>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>
#ifdef BAD_CODE
    , hidden<256>
#endif
    > {};
