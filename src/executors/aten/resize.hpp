#pragma once
// Maps from one grid to another: between areas, out of half-density types, into feedback, before the readout.

#include <cortexpr/dsl/options.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace cortexpr::executors {

/// Whether a map has that size already.
bool has_size(const at::Tensor& map, std::int64_t height, std::int64_t width);

/// Adaptive max or average pooling to height x width.
at::Tensor pooled(const at::Tensor& map, pool_mode mode, std::int64_t height, std::int64_t width);

/// Bilinear resizing to height x width, corners not aligned; a map of that size is given back as it is.
at::Tensor interpolated(const at::Tensor& map, std::int64_t height, std::int64_t width);

/// How an area sees the map of the area below: pooled along sides that shrink, then interpolated along sides that grow
/// (the reference has only both or neither).
at::Tensor fitted(const at::Tensor& map, pool_mode mode, std::int64_t height, std::int64_t width);

}  // namespace cortexpr::executors
