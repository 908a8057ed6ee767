#include <cortexpr/io/event_file.hpp>

#include "little_endian.hpp"
#include "protobuf.hpp"

#include <array>
#include <bit>
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

/// A checksum of bytes that may hold checksums themselves is rotated and shifted.
std::string masked_crc(std::string_view bytes) { return little_endian(std::rotr(crc_32c(bytes), 15) + 0xA282EAD8U); }

std::string record(std::string_view message) {
    const auto length = little_endian(std::uint64_t{message.size()});
    return length + masked_crc(length) + std::string(message) + masked_crc(message);
}

protobuf_message at_time(double seconds) { return protobuf_message().real(1, seconds); }

}  // namespace

event_file::event_file(std::filesystem::path file, double seconds)
    : records_(std::move(file), record(at_time(seconds).text(3, "brain.Event:2").bytes())) {}

void event_file::append(std::int64_t step, double seconds, std::initializer_list<scalar> scalars) {
    protobuf_message summary;
    for (const auto& point : scalars)
        summary.part(1, protobuf_message().text(1, point.tag).real(2, static_cast<float>(point.value)));
    records_.append(record(at_time(seconds).number(2, step).part(5, summary).bytes()));
}

}  // namespace cortexpr::io
