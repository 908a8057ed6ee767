#pragma once
// Leaky steps and maxima by one's own kernels (kernels/cuda/pointwise.hpp): one launch, each map read and written once,
// where LibTorch's operations take one for each sum, product and nonlinearity.

#include "../device_kernels.hpp"
#include "pointwise.hpp"

namespace cortexpr::executors::batched {

/// The kernels for a step: null where there are none for maps of this device and type, or for one of its nonlinearities
/// (chains, and those of users).
const device_kernels* kernels_for(const leaky_step& job, const at::Tensor& map);

/// As step_forward and step_backward.
at::Tensor fused_step(const device_kernels& kernels, const leaky_step& job, const at::Tensor& after, bool saves);
leaky_adjoint fused_step_adjoint(const device_kernels& kernels, const leaky_step& job, const at::Tensor& saved,
                                 const at::Tensor& adjoint, const at::Tensor& drive, bool before_needs_grad);

/// Largest values of each channel in the windows of adaptive pooling: float32 (B, C, windows), and where they are
/// (int32: y * width + x).
struct found_maxima {
    at::Tensor values, positions;
};
found_maxima maxima_of(const device_kernels& kernels, const at::Tensor& map, int pool_height, int pool_width);

/// Adjoints of what a convolution reads of whose result only maxima are read.
struct maxima_adjoints {
    at::Tensor map{};      ///< as the map that was convolved
    at::Tensor weights{};  ///< float32 (outputs, channels, height, width)
    at::Tensor bias{};     ///< float32 (outputs)
};
/// `weights` (outputs, channels, height, width), with zero padding that saves the grid; `adjoint` that of the maxima.
maxima_adjoints adjoints_of_maxima(const device_kernels& kernels, const at::Tensor& map, const at::Tensor& weights,
                                   const at::Tensor& positions, const at::Tensor& adjoint);

}  // namespace cortexpr::executors::batched
