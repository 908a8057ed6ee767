#pragma once
// The entries of a sparse projection as lines for kernels: products and gradients with sums in one order.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

namespace cortexpr::executors {

class projection_lines;

/// Entry k leads from source[k] to target[k]. Null where a device has no kernels.
std::shared_ptr<const projection_lines> lines_of_projection(std::span<const std::int32_t> source, std::int64_t sources,
                                                            std::span<const std::int32_t> target, std::int64_t targets,
                                                            at::Device device);

/// Whether kernels can multiply by these weights.
bool has_kernels_for(const projection_lines* lines, const at::Tensor& weight);

/// (T, targets, B) from (T, sources, B): sums over entries of weight x source; differentiable once.
at::Tensor product_of(const std::shared_ptr<const projection_lines>& lines, const at::Tensor& weight,
                      const at::Tensor& from);

}  // namespace cortexpr::executors
