#pragma once
// Lists of small numbers as the int64 tensors that LibTorch's operations index with.

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cortexpr::executors {

template <class Number>
at::Tensor index_tensor(const std::vector<Number>& values, at::Device device) {
    auto tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::ranges::copy(values, tensor.mutable_data_ptr<std::int64_t>());
    return tensor.to(device);
}

}  // namespace cortexpr::executors
