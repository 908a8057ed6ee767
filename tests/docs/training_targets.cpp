// The program of docs/training.md, "Continuous targets".
#include <cortexpr/app.hpp>

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};

// BLOCK 1
