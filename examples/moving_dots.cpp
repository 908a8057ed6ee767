// Excitatory and inhibitory neurons see which way dots move:  moving_dots train --epochs 6 --batch 64
#include <cortexpr/app.hpp>
#include <cortexpr/data/correlated_dots.hpp>

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<8> {};

// clang-format off
struct MT : area<
    input<1, 20, 20>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 0, 0>>,
    output<16>> {};
// clang-format on

/// Motion is everywhere in the map: average pooling counts it.
struct MovingDots : classifier<network<MT>, classes<4>, hidden<32>, dropout<0.1>, readout_pool<pool_mode::average>> {};

/// Sequences of 6 frames; one dot in five has a direction of its own at each step.
data::labelled_images dots(data::split part) {
    const bool training = part == data::split::train;
    return data::correlated_dots({.height = 20,
                                  .width = 20,
                                  .frames = 6,
                                  .dots = 16,
                                  .correlation = 0.8,
                                  .max_speed = 2,
                                  .count = training ? 4000 : 1000},
                                 training ? 1 : 2);
}

int main(int argc, char** argv) { return app<MovingDots>(argc, argv, {.make_data = dots}); }
