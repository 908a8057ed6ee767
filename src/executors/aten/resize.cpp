#include "resize.hpp"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <algorithm>
#include <tuple>

namespace cortexpr::executors {

bool has_size(const at::Tensor& map, std::int64_t height, std::int64_t width) {
    return map.size(-2) == height && map.size(-1) == width;
}

at::Tensor pooled(const at::Tensor& map, pool_mode mode, std::int64_t height, std::int64_t width) {
    return mode == pool_mode::max ? std::get<0>(at::adaptive_max_pool2d(map, {height, width}))
                                  : at::adaptive_avg_pool2d(map, {height, width});
}

at::Tensor interpolated(const at::Tensor& map, std::int64_t height, std::int64_t width) {
    if (has_size(map, height, width)) return map;
    return at::upsample_bilinear2d(map, {height, width}, /*align_corners=*/false);
}

at::Tensor fitted(const at::Tensor& map, pool_mode mode, std::int64_t height, std::int64_t width) {
    const auto least_height = std::min(height, map.size(-2)), least_width = std::min(width, map.size(-1));
    const auto shrunk = has_size(map, least_height, least_width) ? map : pooled(map, mode, least_height, least_width);
    return interpolated(shrunk, height, width);
}

}  // namespace cortexpr::executors
