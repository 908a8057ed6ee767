#pragma once
// Controls to compare a measured wiring with: what remains of a result when the wiring is random but for its degrees,
// or when types no longer say where a neuron sits.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/error.hpp>

#include <cstdint>

namespace cortexpr::circuit {

/// What a rewired graph keeps.
struct rewiring {
    bool keep_types = false;        ///< keep the number of synapses from each type to each type, too
    double swaps_per_synapse = 10;  ///< attempts
};

/// Swaps the targets of pairs of synapses at random. Every neuron keeps its in-degree and out-degree, no pair is there
/// twice, and each presynaptic neuron keeps its weights. Synapses of a neuron onto itself stay, and none are made.
/// \throws usage_error  a pair is there twice, or swaps_per_synapse is negative or not finite
graph rewired(const graph& circuit, std::uint64_t seed, const rewiring& how = {});

/// Gives the types, with their classes, to other neurons at random; ids and synapses stay. (Of a hybrid type's negative
/// weights only the strength stays.)
graph shuffled_types(const graph& circuit, std::uint64_t seed);

}  // namespace cortexpr::circuit
