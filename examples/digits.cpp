// Excitatory and inhibitory neurons read handwritten digits:  digits train
#include "example_data.hpp"

#include <cortexpr/app.hpp>

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

// clang-format off
struct V1 : area<
    input<1, 28, 28>,                        // channels, height, width
    neurons<E, I>,
    connectivity<                            // rows: presynaptic; columns: postsynaptic, output last
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};
// clang-format on

struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

static_assert(parameter_count<Digits> == 25'290);

int main(int argc, char** argv) { return app<Digits>(argc, argv, {.default_data = example_data("mnist")}); }
