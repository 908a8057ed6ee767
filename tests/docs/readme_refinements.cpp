#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
// BLOCK 1 LINE 1
struct V1 : area<input<1, 28, 28>, feedback_channels<16>, neurons<Pyr, PV>,
                 connectivity<from<stimulus, 1, 0, 0>, from<top_down, 1, 0, 0>, from<Pyr, 0, 1, 1>,
                              // BLOCK 1 LINE 2
                              >,
                 output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<Pyr>, connectivity<from<stimulus, 1, 0>, from<Pyr, 1, 1>>, output<32>> {};
struct IT : area<input<32, 7, 7>, neurons<Pyr>, connectivity<from<stimulus, 1, 0>, from<Pyr, 1, 1>>, output<32>> {};
// BLOCK 1 LINE 3
