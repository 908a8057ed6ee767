#pragma once
// The cell types of the worm, and how its files are read.

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/dsl.hpp>

#include <string>

// Roles as the file has them. Within a role cells excite or inhibit by their transmitter, so the types are hybrid. At
// rest all cells are active, so that inhibition shows.
using tonic = cortexpr::bias<cortexpr::bias_mode::per_neuron, 0.5>;
using rate = cortexpr::nonlinearity<cortexpr::activation::relu>;
struct sensory : cortexpr::hybrid_cells<rate, tonic, cortexpr::no_tau> {};
struct interneuron : cortexpr::hybrid_cells<rate, tonic, cortexpr::no_tau> {};
struct motor : cortexpr::hybrid_cells<rate, tonic, cortexpr::no_tau> {};
struct pharyngeal : cortexpr::hybrid_cells<rate, tonic, cortexpr::no_tau> {};
struct other : cortexpr::hybrid_cells<rate, tonic, cortexpr::no_tau> {};

/// Reads digits of 28 x 28 pixels, shown to its sensory neurons, from its motor neurons.
struct Worm : cortexpr::connectome<cortexpr::cells<sensory, interneuron, motor, pharyngeal, other>,
                                   cortexpr::synapses<cortexpr::as_in_the_file>,
                                   cortexpr::dense_stimulus_to<784, sensory>, cortexpr::output_from<motor>> {};
struct Reader : cortexpr::classifier<Worm, cortexpr::classes<10>, cortexpr::hidden<64>> {};

inline cortexpr::circuit::files worm_files(const std::string& folder) {
    using enum cortexpr::neuron_class;
    return {.synapses = folder + "/connections.csv",
            .cells = folder + "/neurons.csv",
            .columns = cortexpr::circuit::columns::celegans(),
            .signs = {{"GABA", inhibitory}, {"acetylcholine", excitatory}, {"glutamate", inhibitory}},
            .otherwise = excitatory};
}
