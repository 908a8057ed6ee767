// The worm's 302 neurons read digits, as a whole program:  worm_digits train --epochs 5 --batch 32 --steps 6 --lr 0.003
//
// `summary --matrix FILE --degrees FILE` draws the wiring, and --synapses and --cells name another one with the same
// types.
#include "example_data.hpp"
#include "worm_cells.hpp"

#include <cortexpr/app.hpp>

int main(int argc, char** argv) {
    return cortexpr::app<Reader>(
        argc, argv, {.default_data = example_data("mnist"), .files = worm_files(example_folder("celegans"))});
}
