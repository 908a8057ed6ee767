#pragma once
// Lists of numbers in a device's memory, for its kernels.

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortexpr::executors {

/// The bytes of a list as a tensor (uint8).
template <class Number>
at::Tensor uploaded(std::vector<Number> values, at::Device device) {
    const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(Number));
    return at::from_blob(values.data(), {bytes}, at::kByte).to(device, at::kByte, false, true);
}
template <class Number>
const Number* list_in(const at::Tensor& bytes) {
    return bytes.numel() == 0 ? nullptr : static_cast<const Number*>(bytes.const_data_ptr());
}

}  // namespace cortexpr::executors
