// In the reference 0 channels mean no feedback; here leaving the part out does.
// EXPECT: [cortexpr A06] feedback has 1 to 1,000,000 channels; give the number, feedback_channels<16>, or leave feedback_channels out
// EXPECT: A06_feedback_channels<0>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

struct V1 : area<input<1, 28, 28>,
#ifdef BAD_CODE
    feedback_channels<0>,
#endif
    neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
