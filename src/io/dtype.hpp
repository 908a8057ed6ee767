#pragma once
// The element types of the safetensors format, from their names.

#include <cortexpr/io/tensor_file.hpp>
#include <optional>
#include <string_view>

namespace cortexpr::io {

std::optional<dtype> dtype_named(std::string_view name) noexcept;

/// product(shape) * size_of(type), or nothing when a size is negative or 64 bits overflow.
std::optional<std::uint64_t> byte_count(dtype type, std::span<const std::int64_t> shape) noexcept;

/// What every file of tensors asks for. \throws usage_error  bytes that don't fit a shape, or a name that is given
/// twice
void require_sound(std::span<const tensor_record> tensors);

}  // namespace cortexpr::io
