#pragma once
// What a connectome network is made of besides its declaration, and what its weights start from.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/circuit/projection.hpp>

#include <cstdint>

namespace cortexpr {

/// Cells and synapses, and the projections that are declared as sparse.
struct connectome_data {
    circuit::graph graph;            ///< cells and synapses
    circuit::projection stimulus{};  ///< of sparse_stimulus_to
    circuit::projection output{};    ///< of sparse_output_from
};

/// How numbers of contacts become weights before training. Raw counts saturate every sigmoid.
enum class starting_weights : std::uint8_t {
    by_total_input,  ///< each over the sum of all weights that its postsynaptic cell receives
    as_in_the_file,
};

/// The name in settings and files.
constexpr const char* name_of(starting_weights value) {
    return value == starting_weights::by_total_input ? "by_total_input" : "as_in_the_file";
}

}  // namespace cortexpr
