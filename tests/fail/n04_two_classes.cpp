// A type that excites some targets and inhibits others breaks Dale's law; a hybrid one is what is meant.
// EXPECT: [cortexpr N04]
// EXPECT: N04_neuron_type_inheritance<Mixed>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct Mixed : excitatory<8>, inhibitory<8> {};
#else
struct Mixed : hybrid<16> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<Mixed>,
    connectivity<from<stimulus, 1, 0>, from<Mixed, 1, 1>>,
    output<32>> {};
