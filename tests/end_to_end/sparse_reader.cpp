// A program around a connectome whose stimulus and output are sparse.

#include <cortexpr/app.hpp>

using namespace cortexpr;

struct Seen : excitatory_cells<bias<bias_mode::per_neuron, 0.5>> {};
struct Ring
    : connectome<cells<Seen>, synapses<as_in_the_file>, sparse_stimulus_to<4, Seen>, sparse_output_from<3, Seen>> {};
struct Sides : classifier<Ring, classes<2>, hidden<8>> {};

int main(int argc, char** argv) { return app<Sides>(argc, argv); }
