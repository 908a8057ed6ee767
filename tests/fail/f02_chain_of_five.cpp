// More than a declaration carries; a nonlinearity of one's own has no such bound.
// EXPECT: [cortexpr F02] a chain holds one to four nonlinearities
// EXPECT: F02_chain_length<5, H>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

constexpr auto relu = activation::relu, tanh_ = activation::tanh;
#ifdef BAD_CODE
struct H : hybrid<16, nonlinearity<chain(relu, tanh_, relu, tanh_, relu)>> {};
#else
struct H : hybrid<16, nonlinearity<chain(relu, tanh_, relu, tanh_)>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<H>,
    connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>,
    output<32>> {};
