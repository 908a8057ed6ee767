#pragma once
// The IDX format of the MNIST family: big-endian header (two zero bytes, element type, rank, one 32-bit size per axis),
// then the elements, last axis fastest. Source: http://yann.lecun.com/exdb/mnist, "FILE FORMATS".

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cortexpr::data {

/// An array of unsigned bytes as an IDX file holds it.
struct idx_array {
    std::vector<std::uint32_t> shape;  ///< sizes, slowest axis first: {images, height, width} or {labels}
    std::vector<std::uint8_t> bytes;   ///< the elements, row-major; as many as the product of the shape
};

/// An array of 32-bit integers.
struct idx_integers {
    std::vector<std::uint32_t> shape;  ///< sizes, slowest axis first
    std::vector<std::int32_t> values;  ///< the elements, row-major
};

/// No IDX file larger than this (unpacked) is read unless asked for: 4 GiB.
inline constexpr std::uint64_t default_idx_limit = std::uint64_t{4} << 30;

/// Reads an IDX file of unsigned bytes, gzipped or plain (its first bytes decide, not its name).
///
/// The header is checked against `rank`, `limit_bytes` and the size of the file before memory is taken for the
/// elements, and a gzip stream that holds more than its header says is refused at the first surplus byte.
/// \param rank         the number of axes that the file must have (3 for images, 1 for labels)
/// \param limit_bytes  the most bytes of elements to accept
/// \throws file_error  missing, unreadable, truncated, corrupt (gzip checksum), surplus bytes, wrong magic number,
///                     element type or rank, sizes that overflow, exceed the limit or disagree with the file
idx_array read_idx(const std::filesystem::path& file, int rank, std::uint64_t limit_bytes = default_idx_limit);

/// The same for a file of `least_rank` to `most_rank` axes.
idx_array read_idx(const std::filesystem::path& file, int least_rank, int most_rank, std::uint64_t limit_bytes);

/// The same for a file of 32-bit integers.
idx_integers read_idx_integers(const std::filesystem::path& file, int rank,
                               std::uint64_t limit_bytes = default_idx_limit);

}  // namespace cortexpr::data
