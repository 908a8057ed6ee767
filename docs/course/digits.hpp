#pragma once
// An area of pyramidal cells and PV interneurons that reads handwritten digits.
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

struct Pyr : excitatory<8> {};
struct PV : inhibitory<8> {};

// clang-format off
struct V1 : area<
    input<1, 28, 28>,                        // channels, height, width
    neurons<Pyr, PV>,
    connectivity<                            // rows: presynaptic; columns: postsynaptic, output last
        //             Pyr PV output
        from<stimulus, 1,  1, 0>,
        from<Pyr,      1,  1, 1>,
        from<PV,       1,  1, 0>>,
    output<16>> {};
// clang-format on

struct Digits : classifier<network<V1>, classes<10>, hidden<64>, readout_pool<pool_mode::max, 4, 4>> {};
