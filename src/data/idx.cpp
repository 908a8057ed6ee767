#include <cortexpr/data/idx.hpp>

#include "../io/byte_stream.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>

namespace cortexpr::data {

namespace {

constexpr std::uint8_t bytes_code = 0x08, integers_code = 0x0C;

struct idx_header {
    std::vector<std::uint32_t> shape;
    std::uint64_t content_bytes = 0;
    std::uint64_t bytes = 0;  // of the header itself
};

const char* element_name(std::uint8_t code) {
    switch (code) {
        case bytes_code:
            return "unsigned bytes";
        case 0x09:
            return "signed bytes";
        case 0x0B:
            return "16-bit integers";
        case integers_code:
            return "32-bit integers";
        case 0x0D:
            return "32-bit floats";
        case 0x0E:
            return "64-bit floats";
        default:
            return "elements of an unknown type";
    }
}

struct axes_limits {
    int least, most;
};

/// The number of axes that the first four bytes give, of elements of this type.
int read_rank(io::byte_stream& stream, axes_limits axes, std::uint8_t code) {
    const io::input_file& file = stream.file();
    std::array<std::uint8_t, 4> magic{};
    if (stream.read(magic) < magic.size())
        file.refuse("is no IDX file: it holds fewer than the 4 bytes that one begins with");
    if (magic[0] != 0 || magic[1] != 0) {
        file.refuse(fmt::format("is no IDX file: it begins with 0x{:02x}{:02x}, two zero bytes were expected", magic[0],
                                magic[1]));
    }
    if (magic[2] != code) {
        file.refuse(fmt::format("holds {} (0x{:02x}), {} (0x{:02x}) were expected", element_name(magic[2]), magic[2],
                                element_name(code), code));
    }
    const int rank = magic[3];
    if (rank < axes.least || rank > axes.most) {
        const char* swapped = axes.most == 1 && rank >= 3    ? "; it has images where labels belong"
                              : axes.least >= 3 && rank == 1 ? "; it has labels where images belong"
                                                             : "";
        file.refuse(fmt::format(
            "has {} axes, {} were expected{}", rank,
            axes.least == axes.most ? fmt::format("{}", axes.least) : fmt::format("{} to {}", axes.least, axes.most),
            swapped));
    }
    return rank;
}

std::uint32_t read_big_endian(io::byte_stream& stream, int rank) {
    std::array<std::uint8_t, 4> bytes{};
    if (stream.read(bytes) < bytes.size())
        stream.file().refuse(fmt::format("is cut short: it ends within the sizes of its {} axes", rank));
    std::uint32_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8U | byte;
    return number;
}

idx_header read_header(io::byte_stream& stream, axes_limits axes, std::uint8_t code) {
    const int rank = read_rank(stream, axes, code);
    idx_header header;
    header.content_bytes = code == integers_code ? sizeof(std::int32_t) : 1;
    for (int axis = 0; axis < rank; ++axis) {
        const auto size = read_big_endian(stream, rank);
        header.shape.push_back(size);
        if (__builtin_mul_overflow(header.content_bytes, std::uint64_t{size}, &header.content_bytes)) {
            stream.file().refuse(
                fmt::format("announces {} elements or more, which is beyond 64 bits", fmt::join(header.shape, "x")));
        }
    }
    header.bytes = 4 + 4 * header.shape.size();
    return header;
}

void check_size(const io::byte_stream& stream, const idx_header& header, std::uint64_t limit_bytes) {
    const io::input_file& file = stream.file();
    const std::string announced = fmt::format("{} = {} bytes", fmt::join(header.shape, "x"), header.content_bytes);
    if (header.content_bytes > limit_bytes) {
        file.refuse(fmt::format("announces {}, more than the limit of {}", announced, limit_bytes));
    }
    if (stream.zipped()) {
        if (header.content_bytes / io::largest_deflate_ratio > file.size()) {
            file.refuse(
                fmt::format("announces {}, more than can come out of a gzip file of {} bytes", announced, file.size()));
        }
    } else if (file.size() - header.bytes != header.content_bytes) {
        const std::uint64_t held = file.size() - header.bytes;
        file.refuse(fmt::format("{}: its header announces {}, it holds {}",
                                held < header.content_bytes ? "is cut short" : "has surplus bytes", announced, held));
    }
}

/// The elements as they are in the file.
idx_array read_elements(const std::filesystem::path& path, axes_limits axes, std::uint8_t code,
                        std::uint64_t limit_bytes) {
    for (const int rank : {axes.least, axes.most})
        if (rank < 1 || rank > 255) throw usage_error(fmt::format("an IDX file has 1 to 255 axes, not {}", rank));
    io::byte_stream stream(path);
    idx_header header = read_header(stream, axes, code);
    check_size(stream, header, limit_bytes);

    idx_array array{std::move(header.shape), std::vector<std::uint8_t>(header.content_bytes)};
    const std::size_t found = stream.read(array.bytes);
    if (found < array.bytes.size()) {
        stream.file().refuse(
            fmt::format("is cut short: its header announces {} bytes, it holds {}", header.content_bytes, found));
    }
    std::uint8_t surplus = 0;
    if (stream.read({&surplus, 1}) > 0) {
        stream.file().refuse(
            fmt::format("holds more than the {} bytes that its header announces", header.content_bytes));
    }
    return array;
}

}  // namespace

idx_array read_idx(const std::filesystem::path& path, int rank, std::uint64_t limit_bytes) {
    return read_elements(path, {rank, rank}, bytes_code, limit_bytes);
}

idx_array read_idx(const std::filesystem::path& path, int least_rank, int most_rank, std::uint64_t limit_bytes) {
    return read_elements(path, {least_rank, most_rank}, bytes_code, limit_bytes);
}

idx_integers read_idx_integers(const std::filesystem::path& path, int rank, std::uint64_t limit_bytes) {
    const auto array = read_elements(path, {rank, rank}, integers_code, limit_bytes);
    idx_integers read{array.shape, std::vector<std::int32_t>(array.bytes.size() / sizeof(std::int32_t))};
    for (std::size_t index = 0; index < read.values.size(); ++index) {
        std::uint32_t big_endian = 0;
        for (std::size_t byte = 0; byte < 4; ++byte) big_endian = big_endian << 8U | array.bytes[4 * index + byte];
        read.values[index] = static_cast<std::int32_t>(big_endian);
    }
    return read;
}

}  // namespace cortexpr::data
