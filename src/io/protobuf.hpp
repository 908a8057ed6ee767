#pragma once
// Messages of Protocol Buffers, which ONNX files and TensorBoard's events consist of: what little of the encoding
// writing them takes. The library is not linked, because LibTorch exports the symbols of another version of it.
// Source: protobuf.dev, "Encoding".

#include "little_endian.hpp"

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cortexpr::io {

class protobuf_message {
  public:
    protobuf_message& number(int field, std::int64_t value) {
        tag(field, 0);
        varint(static_cast<std::uint64_t>(value));
        return *this;
    }
    protobuf_message& numbers(int field, std::span<const std::int64_t> values) {
        for (const auto value : values) number(field, value);
        return *this;
    }
    protobuf_message& real(int field, float value) {
        tag(field, 5);
        bytes_ += little_endian(std::bit_cast<std::uint32_t>(value));
        return *this;
    }
    protobuf_message& real(int field, double value) {
        tag(field, 1);
        bytes_ += little_endian(std::bit_cast<std::uint64_t>(value));
        return *this;
    }
    protobuf_message& text(int field, std::string_view value) {
        tag(field, 2);
        varint(value.size());
        bytes_ += value;
        return *this;
    }
    protobuf_message& part(int field, const protobuf_message& value) { return text(field, value.bytes_); }

    const std::string& bytes() const noexcept { return bytes_; }

  private:
    void tag(int field, unsigned wire_type) { varint(static_cast<std::uint64_t>(field) << 3U | wire_type); }
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

}  // namespace cortexpr::io
