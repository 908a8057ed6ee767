#pragma once
// Lists of whole numbers as the int64 tensors that LibTorch's operations index with.

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <ranges>

namespace cortexpr::executors {

template <std::ranges::sized_range Numbers>
at::Tensor index_tensor(const Numbers& values, at::Device device = at::kCPU) {
    auto tensor = at::empty({static_cast<std::int64_t>(std::ranges::size(values))}, at::kLong);
    std::ranges::copy(values, tensor.mutable_data_ptr<std::int64_t>());
    return tensor.to(device);
}

}  // namespace cortexpr::executors
