#pragma once
#include <cortexpr/dsl.hpp>

struct Exc : cortexpr::excitatory<8> {};
struct Inh : cortexpr::inhibitory<4> {};

// clang-format off
struct V1 : cortexpr::area<
    cortexpr::input<1, 28, 28>,
    cortexpr::neurons<Exc, Inh>,
    cortexpr::connectivity<
        //                                 Exc Inh output
        cortexpr::from<cortexpr::stimulus, 1,  1,  0>,
        cortexpr::from<Exc,                1,  1,  1>,
        cortexpr::from<Inh,                1,  1,  0>>,
    cortexpr::output<16>> {};
// clang-format on

struct Reader : cortexpr::classifier<cortexpr::network<V1>, cortexpr::classes<10>, cortexpr::hidden<64>> {};
