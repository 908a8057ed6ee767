// A hybrid type is asked for what it is free to do.
// EXPECT: [cortexpr N14] the rates of a hybrid type may have either sign as it is; leave signed_rates out
// EXPECT: N14_superfluous_signed_rates<H>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct H : hybrid<16, nonlinearity<activation::tanh>, signed_rates> {};
#else
struct H : hybrid<16, nonlinearity<activation::tanh>> {};
#endif

struct V1 : area<input<3, 8, 8>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<4>> {};
