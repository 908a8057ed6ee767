#pragma once
// What PyTorch calls storages of each element type, in the module torch.

#include <cortexpr/io/tensor_file.hpp>

#include <array>
#include <string_view>

namespace cortexpr::io {

struct storage_type {
    dtype type;
    std::string_view name;
};

constexpr std::array storage_types{
    storage_type{dtype::f32, "FloatStorage"},       storage_type{dtype::f64, "DoubleStorage"},
    storage_type{dtype::f16, "HalfStorage"},        storage_type{dtype::bf16, "BFloat16Storage"},
    storage_type{dtype::i64, "LongStorage"},        storage_type{dtype::i32, "IntStorage"},
    storage_type{dtype::i16, "ShortStorage"},       storage_type{dtype::i8, "CharStorage"},
    storage_type{dtype::u8, "ByteStorage"},         storage_type{dtype::boolean, "BoolStorage"},
    storage_type{dtype::c64, "ComplexFloatStorage"}};

}  // namespace cortexpr::io
