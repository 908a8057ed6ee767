#pragma once
// Synapses by line for the kernels of a GPU (kernels/cuda/sparse.hpp): cells keep their numbers, lines stand in the
// order in which they are best walked.

#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::executors::sparse {

struct device_order {
    std::vector<std::int32_t> cells;     ///< by line: long ones first, then by type, so that neighbours are alike
    std::vector<std::int32_t> starts;    ///< lines + 1
    std::vector<std::int32_t> ends;      ///< the cell at the other end, rising in each line
    std::vector<std::int32_t> synapses;  ///< the user's number
    int long_lines = 0;                  ///< lines so long that each needs a thread block
};

/// Synapse k lies in line line_of[k], of as many lines as have a type, and ends at end_of[k], below `ends`.
device_order order_by_line(std::span<const std::int32_t> type_of_line, std::span<const std::int32_t> line_of,
                           std::span<const std::int32_t> end_of, std::size_t ends);

}  // namespace cortexpr::executors::sparse
