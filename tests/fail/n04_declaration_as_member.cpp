// A member of one's own may be called as it likes; two classes are one too many.
// EXPECT: [cortexpr N04]
// EXPECT: N04_neuron_type_inheritance<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16>, inhibitory<16> { static constexpr int declaration = 3; };
#else
struct E : excitatory<16> { static constexpr int declaration = 3; };
#endif
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
