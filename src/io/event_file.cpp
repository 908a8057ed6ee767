#include <array>
#include <bit>
#include <cortexpr/io/event_file.hpp>
#include <string>

namespace cortexpr::io {

namespace {

/// CRC-32C (Castagnoli), a byte at a time, lowest bit first.
constexpr auto crc_table = [] {
    constexpr std::uint32_t polynomial = 0x82F63B78U;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        auto rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? polynomial : 0U);
        table[byte] = rest;
    }
    return table;
}();

std::uint32_t crc_32c(std::string_view bytes) {
    std::uint32_t rest = ~0U;
    for (const char byte : bytes) rest = (rest >> 8U) ^ crc_table[(rest ^ static_cast<std::uint8_t>(byte)) & 0xFFU];
    return ~rest;
}

template <class Number>
std::string little_endian(Number number) {
    std::string bytes;
    for (std::size_t i = 0; i < sizeof number; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
    return bytes;
}

/// A checksum of bytes that may hold checksums themselves is rotated and shifted.
std::string masked_crc(std::string_view bytes) { return little_endian(std::rotr(crc_32c(bytes), 15) + 0xA282EAD8U); }

std::string record(std::string_view message) {
    const auto length = little_endian(std::uint64_t{message.size()});
    return length + masked_crc(length) + std::string(message) + masked_crc(message);
}

// Protobuf: a field is its number and kind in one byte, then its value.

enum class wire : std::uint8_t { varint = 0, bits_64 = 1, bytes = 2, bits_32 = 5 };

std::string varint(std::uint64_t number) {
    std::string bytes;
    for (; number >= 0x80U; number >>= 7U) bytes += static_cast<char>((number & 0x7FU) | 0x80U);
    return bytes + static_cast<char>(number);
}

std::string field(int number, wire kind, std::string_view value) {
    return static_cast<char>(number << 3 | static_cast<int>(kind)) + std::string(value);
}

std::string field(int number, std::string_view bytes) {
    return field(number, wire::bytes, varint(bytes.size()) + std::string(bytes));
}

std::string wall_time(double seconds) {
    return field(1, wire::bits_64, little_endian(std::bit_cast<std::uint64_t>(seconds)));
}

std::string shown(const scalar& point) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(point.value));
    return field(1, field(1, point.tag) + field(2, wire::bits_32, little_endian(bits)));
}

}  // namespace

event_file::event_file(std::filesystem::path file, double seconds)
    : records_(std::move(file), record(wall_time(seconds) + field(3, "brain.Event:2"))) {}

void event_file::append(std::int64_t step, double seconds, std::initializer_list<scalar> scalars) {
    std::string summary;
    for (const auto& point : scalars) summary += shown(point);
    records_.append(record(wall_time(seconds) + field(2, wire::varint, varint(static_cast<std::uint64_t>(step))) +
                           field(5, summary)));
}

}  // namespace cortexpr::io
