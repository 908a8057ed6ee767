#include "tensor_records.hpp"

#include "../executors/aten/addressable.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace cortexpr {

io::dtype dtype_of(at::ScalarType type) { return type == at::kDouble ? io::dtype::f64 : io::dtype::f32; }

std::optional<at::ScalarType> scalar_type_of(io::dtype type) {
    switch (type) {
        case io::dtype::f8_e4m3:
            return at::kFloat8_e4m3fn;
        case io::dtype::f8_e5m2:
            return at::kFloat8_e5m2;
        case io::dtype::f16:
            return at::kHalf;
        case io::dtype::bf16:
            return at::kBFloat16;
        case io::dtype::f32:
            return at::kFloat;
        case io::dtype::f64:
            return at::kDouble;
        default:
            return std::nullopt;
    }
}

void tensor_records::add(std::string name, const at::Tensor& tensor) {
    const auto& whole = tensors_.emplace_back(executors::addressable(tensor.detach().to(at::kCPU)));
    const auto* bytes = static_cast<const std::byte*>(whole.const_data_ptr());
    records_.push_back({std::move(name), dtype_of(whole.scalar_type()), whole.sizes().vec(), {bytes, whole.nbytes()}});
}

at::Tensor tensor_of(const io::tensor_record& record) {
    const auto type = scalar_type_of(record.type);
    if (!type)
        throw usage_error(
            fmt::format("{} holds {}, not floating-point numbers", record.name, io::name_of(record.type)));
    auto tensor = at::empty(record.shape, at::TensorOptions().dtype(type));
    if (!record.bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), record.bytes.data(), record.bytes.size());
    return tensor;
}

}  // namespace cortexpr
