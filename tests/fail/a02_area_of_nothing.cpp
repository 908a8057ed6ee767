// An area to be filled in later.
// EXPECT: [cortexpr A02] the area lacks a part that every area needs; add it
// EXPECT: A02_missing_area_part<cortexpr::area_part::input>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
struct V1 : area<> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
