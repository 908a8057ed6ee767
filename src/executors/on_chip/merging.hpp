#pragma once
// A network's parameters as the one list of numbers that the on-chip kernels read (schedule/on_chip/parameters.hpp),
// and the kernels' gradients as those of the parameters: gathers by indices that are made once.

#include <cortexpr/schedule/on_chip/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace cortexpr::executors::on_chip {

/// By state channel: kernels::nonlinearity.
std::vector<std::uint8_t> nonlinearities_of(const plan::network& network);

class merging {
  public:
    /// For parameters on a device.
    merging(const plan::network& network, at::Device device);

    /// Parameters that are merged, as indices: all but the readout's, time constants last.
    const std::vector<int>& parameters() const { return parameters_; }
    /// As nonlinearities_of, on the device.
    const at::Tensor& nonlinearities() const { return nonlinearities_; }
    std::int64_t size() const { return size_; }

    /// Float32 (size); given the values of parameters().
    at::Tensor merged(at::TensorList values) const;
    /// Gradients of parameters(), given those of the numbers: (size + 1), of which the last one is 0.
    std::vector<at::Tensor> split(const at::Tensor& gradient, at::TensorList values) const;

  private:
    std::vector<int> parameters_;
    std::size_t tau_count_ = 0;  ///< of the parameters
    std::int64_t size_ = 0;
    at::Tensor signs_;    ///< by element of all parameters but time constants
    at::Tensor sources_;  ///< (terms, size): the elements whose sum is a number; the last element of all is 0
    at::Tensor indices_;  ///< the number that an element belongs to
    at::Tensor rates_;    ///< (elements, numbers): those that are 1 / a time constant; `size` where there are fewer
    at::Tensor nonlinearities_;
};

}  // namespace cortexpr::executors::on_chip
