#pragma once
// A network's parameters as the one list of numbers that the on-chip kernels read (schedule/on_chip/parameters.hpp),
// and the kernels' gradients as those of the parameters: gathers by indices that are made once, a launch each.

#include "../device_kernels.hpp"

#include <cortexpr/schedule/on_chip/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <vector>

namespace cortexpr::executors::on_chip {

class merging {
  public:
    /// For parameters on a device.
    merging(const plan::network& network, at::Device device);

    /// Parameters that are merged, as indices: all but the readout's, time constants last.
    const std::vector<int>& parameters() const { return parameters_; }
    /// As plan::on_chip_nonlinearities_of, on the device.
    const at::Tensor& nonlinearities() const { return nonlinearities_; }
    std::int64_t size() const { return size_; }
    /// Whether a launch takes as many parameters.
    bool fits_launch() const { return parameters_.size() <= kernels::cuda::merged_parameters::most; }

    /// Float32 (size); given the values of parameters().
    at::Tensor merged(at::TensorList values) const;
    /// Gradients of parameters(), given those of the numbers (size, or more that aren't read).
    std::vector<at::Tensor> split(const at::Tensor& gradient, at::TensorList values) const;

  private:
    kernels::cuda::merged_parameters pointers_to(at::TensorList values) const;

    std::vector<int> parameters_;
    std::vector<float> signs_;  ///< by parameter; 0: a time constant
    std::vector<int> firsts_;   ///< by parameter: its first element among all; then their number
    std::int64_t size_ = 0;
    // int32; -1 where a list has ended.
    at::Tensor elements_;  ///< (terms, size): the elements whose sum is a number
    at::Tensor numbers_;   ///< (most, elements): the numbers that an element goes into
    at::Tensor nonlinearities_;
};

}  // namespace cortexpr::executors::on_chip
