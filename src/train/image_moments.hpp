#pragma once
// How the values of a recording differ between images.

#include <ATen/core/Tensor.h>

namespace cortexpr {

/// Mean and variance of a signal (B, ...) over its B images, position by position, in double precision: (...). The
/// variance is of these images, not of what they are drawn from. LibTorch's takes an element at a time, several times
/// as long.
struct image_moments {
    explicit image_moments(const at::Tensor& signal);
    at::Tensor mean, variance;
};

}  // namespace cortexpr
