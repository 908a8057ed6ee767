// Half of the excitatory cells would begin with a negative rate.
// EXPECT: [cortexpr N13] this excitatory or inhibitory type starts from normal numbers, half of them negative
// EXPECT: N13_negative_initial_state<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, initial_state<fill::normal>> {};
#else
struct E : excitatory<16, initial_state<fill::uniform>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
