#pragma once
// What a connectome network is made of besides its declaration, and what its weights start from.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/circuit/projection.hpp>
#include <cortexpr/named_value.hpp>

#include <array>
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

/// The names in settings and files.
constexpr auto names_of(starting_weights) {
    using enum starting_weights;
    return std::array{named{by_total_input, "by_total_input"}, named{as_in_the_file, "as_in_the_file"}};
}

}  // namespace cortexpr
