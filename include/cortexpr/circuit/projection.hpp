#pragma once
// Synapses between single cells and the channels of a stimulus or an output, as data.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortexpr::circuit {

/// One entry for each connected pair, in the order of the parameter's values.
struct projection {
    std::vector<std::int32_t> cells;     ///< by number
    std::vector<std::int32_t> channels;  ///< input or output, from 0
    std::vector<double> weights;         ///< strength of each pair of cell and channel

    /// How many pairs there are.
    std::size_t size() const noexcept { return weights.size(); }
};

}  // namespace cortexpr::circuit
