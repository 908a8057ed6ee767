#include "dtype.hpp"

#include "input_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace cortexpr::io {

namespace {

struct dtype_row {
    dtype type;
    std::string_view name;
    std::size_t size;
};

// In the order of the enumeration.
constexpr std::array<dtype_row, 17> rows{{{dtype::boolean, "BOOL", 1},
                                          {dtype::u8, "U8", 1},
                                          {dtype::i8, "I8", 1},
                                          {dtype::f8_e4m3, "F8_E4M3", 1},
                                          {dtype::f8_e5m2, "F8_E5M2", 1},
                                          {dtype::f8_e8m0, "F8_E8M0", 1},
                                          {dtype::u16, "U16", 2},
                                          {dtype::i16, "I16", 2},
                                          {dtype::f16, "F16", 2},
                                          {dtype::bf16, "BF16", 2},
                                          {dtype::u32, "U32", 4},
                                          {dtype::i32, "I32", 4},
                                          {dtype::f32, "F32", 4},
                                          {dtype::u64, "U64", 8},
                                          {dtype::i64, "I64", 8},
                                          {dtype::f64, "F64", 8},
                                          {dtype::c64, "C64", 8}}};

constexpr bool in_order() {
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (static_cast<std::size_t>(rows[index].type) != index) return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

std::size_t size_of(dtype type) noexcept { return rows[static_cast<std::size_t>(type)].size; }

std::string_view name_of(dtype type) noexcept { return rows[static_cast<std::size_t>(type)].name; }

std::optional<dtype> dtype_named(std::string_view name) noexcept {
    const auto row = std::ranges::find(rows, name, &dtype_row::name);
    return row == rows.end() ? std::nullopt : std::optional(row->type);
}

std::optional<std::uint64_t> byte_count(dtype type, std::span<const std::int64_t> shape) noexcept {
    std::uint64_t count = size_of(type);
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count)) return std::nullopt;
    }
    return count;
}

void require_sound(std::span<const tensor_record> tensors) {
    std::set<std::string_view> names;
    for (const auto& tensor : tensors) {
        if (byte_count(tensor.type, tensor.shape) != tensor.bytes.size())
            throw usage_error(fmt::format("tensor {} has {} bytes, which do not fit {} of shape ({})",
                                          shown_name(tensor.name), tensor.bytes.size(), name_of(tensor.type),
                                          fmt::join(tensor.shape, ", ")));
        if (!names.insert(tensor.name).second)
            throw usage_error(fmt::format("tensor {} is given twice", shown_name(tensor.name)));
    }
}

}  // namespace cortexpr::io
