// Feedback that excites, and at the first step half of it inhibits.
// EXPECT: [cortexpr A23] the feedback of this class starts from normal numbers
// EXPECT: A23_negative_initial_feedback<cortexpr::neuron_class::excitatory>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
struct V1 : area<input<1, 28, 28>, feedback_channels<4, neuron_class::excitatory, fill::normal>, neurons<E>,
#else
struct V1 : area<input<1, 28, 28>, feedback_channels<4, neuron_class::excitatory, fill::uniform>, neurons<E>,
#endif
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
