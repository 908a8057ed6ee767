#pragma once
// The seam between a connectome and what computes its steps:
//
//     z(t) = u(t) + W (s * h(t-1))     h(t) = rate f(z(t)) + (1 - rate) h(t-1)
//
// Tensors are (cells, batch); s is the sign of the presynaptic cell.

#include "compact_numbers.hpp"

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/run/options.hpp>

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cortexpr::executors {

/// What stays the same between runs. Cells of type k have the nonlinearity of plan type k.
struct recurrent_circuit {
    std::vector<plan::cell_type> types;
    std::vector<std::int32_t> type_of_cell;
    std::vector<std::vector<std::int32_t>> cells_of_type;     ///< rising
    compact_numbers<std::int32_t> presynaptic, postsynaptic;  ///< by synapse
    std::vector<std::int8_t> signs;                           ///< by cell

    const std::vector<std::int32_t>& cells_of(int type) const {
        return cells_of_type.at(static_cast<std::size_t>(type));
    }
};

/// Inputs of the node of LibTorch's graph that computes them; without a start, that one is left out.
namespace recurrence_node {
enum input : std::uint8_t { drive, weights, rates, start, input_count };
}  // namespace recurrence_node

/// For many runs: weights and cells in an order of the recurrence's own, in which it takes and gives all tensors then.
struct own_order {
    at::Tensor weights;                ///< differentiable by the user's
    at::Tensor cells{}, numbers{};     ///< the cell at each row, the row of each cell: int64; undefined: the same
    std::shared_ptr<const void> is{};  ///< what the recurrence knows of it; null: the user's order
};

/// Some steps on which nothing but the drive changes.
struct recurrence_inputs {
    int steps = 0;
    at::Tensor drive;    ///< (1, N, B): the same at all steps; or (T, N, B)
    at::Tensor weights;  ///< by synapse
    at::Tensor rates;    ///< 1 / tau, (N, 1)
    at::Tensor start;    ///< (N, B); undefined: zeros
    bool all_states = false;
    std::shared_ptr<const void> order{};  ///< own_order::is, for tensors in that order
};

struct recurrence_states {
    at::Tensor all;   ///< (T, N, B) if requested
    at::Tensor last;  ///< (N, B)
};

/// Computes steps; what it gives is differentiable. Several threads may share one.
class recurrence {
  public:
    recurrence() = default;
    recurrence(const recurrence&) = delete;
    recurrence& operator=(const recurrence&) = delete;
    virtual ~recurrence() = default;

    virtual recurrence_states run(const recurrence_inputs& inputs) = 0;
    /// For many runs with the same weights: neither they nor states or gradients are ordered anew in each.
    virtual own_order ordered(const at::Tensor& weights) { return {weights}; }
};

/// In LibTorch's operations, on any device, differentiable twice: the oracle.
std::shared_ptr<recurrence> make_transparent_recurrence(std::shared_ptr<const recurrent_circuit> circuit,
                                                        at::Device device);

/// With own kernels, on the CPU; the same bits with any number of threads.
std::shared_ptr<recurrence> make_planned_recurrence(std::shared_ptr<const recurrent_circuit> circuit);

/// With the kernels of a GPU, in float32; the same bits each time. Other element types, nonlinearities of a user's own
/// and devices without kernels are the transparent one's.
std::shared_ptr<recurrence> make_device_recurrence(std::shared_ptr<const recurrent_circuit> circuit, at::Device device);

}  // namespace cortexpr::executors
