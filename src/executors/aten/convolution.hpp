#pragma once
// A convolution of a stated precision, derivatives included.

#include <cortexpr/run/options.hpp>

#include <ATen/core/Tensor.h>

namespace cortexpr::executors {

/// W * x + b with zero padding that keeps the grid (k / 2 for an odd kernel of k); `bias` may be undefined. On a GPU
/// its first and second derivatives are of the same precision, whatever LibTorch is set to when they are computed.
at::Tensor convolution(const at::Tensor& map, const at::Tensor& weight, const at::Tensor& bias, int stride, int groups,
                       precision precision);

/// What `convolution` does on a GPU; the same on any device.
at::Tensor convolution_with_scope(const at::Tensor& map, const at::Tensor& weight, const at::Tensor& bias, int stride,
                                  int groups, precision precision);

}  // namespace cortexpr::executors
