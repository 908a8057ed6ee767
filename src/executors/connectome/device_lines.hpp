#pragma once
// Synapses by line in a device's memory, and values in their orders.

#include "../device_kernels.hpp"
#include "../sparse/device_order.hpp"
#include "../uploaded.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace cortexpr::executors {

/// Synapses by line, in a device's memory.
class lines_on_device {
  public:
    lines_on_device() = default;
    lines_on_device(sparse::device_order order, at::Device device)
        : order_{.lines = static_cast<int>(order.cells.size()),
                 .long_lines = order.long_lines,
                 .synapses = static_cast<int>(order.synapses.size())},
          cells_(uploaded(std::move(order.cells), device)),
          starts_(uploaded(std::move(order.starts), device)),
          ends_(uploaded(std::move(order.ends), device)),
          synapses_(uploaded(std::move(order.synapses), device)) {
        order_.cells = list_in<std::int32_t>(cells_);
        order_.starts = list_in<std::int32_t>(starts_);
        order_.ends = list_in<std::int32_t>(ends_);
    }

    const kernels::cuda::synapse_order& order() const { return order_; }
    /// The user's number of each synapse.
    const std::int32_t* synapses() const { return list_in<std::int32_t>(synapses_); }

  private:
    kernels::cuda::synapse_order order_;
    at::Tensor cells_, starts_, ends_, synapses_;
};

/// Where each synapse stands in an order, by the user's number.
inline std::vector<std::int32_t> positions_of(const sparse::device_order& order) {
    std::vector<std::int32_t> positions(order.synapses.size());
    for (std::size_t position = 0; position < positions.size(); ++position)
        positions[static_cast<std::size_t>(order.synapses[position])] = static_cast<std::int32_t>(position);
    return positions;
}

/// An array of one step, of (T, N, B).
inline const float* step_of(const at::Tensor& by_step, std::int64_t step) {
    return by_step.const_data_ptr<float>() + step * by_step.stride(0);
}
inline float* written_step_of(const at::Tensor& by_step, std::int64_t step) {
    return by_step.mutable_data_ptr<float>() + step * by_step.stride(0);
}

/// to[i] = from[order[i]], times the sign of a cell where signs are given.
inline void reorder(const device_kernels& kernels, const at::Tensor& from, const std::int32_t* order,
                    const at::Tensor& to, const float* sign = nullptr, const std::int32_t* cells = nullptr) {
    launch(kernels, kernels.reorder,
           kernels::cuda::reorder_job{.size = to.numel(),
                                      .from = from.const_data_ptr<float>(),
                                      .order = order,
                                      .sign = sign,
                                      .cells = cells,
                                      .to = to.mutable_data_ptr<float>()},
           from.device());
}

}  // namespace cortexpr::executors
