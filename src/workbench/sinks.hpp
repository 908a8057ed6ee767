#pragma once
// Files into which arrays are written while they are made.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

enum class element : std::uint8_t { float32, float64, int64 };

/// What an array of a file is.
struct array_shape {
    std::string name;
    element of = element::float32;
    std::vector<std::uint64_t> sizes;  ///< the first one grows while the array is made
};

class array_sink {
  public:
    array_sink() = default;
    array_sink(const array_sink&) = delete;
    array_sink& operator=(const array_sink&) = delete;
    virtual ~array_sink() = default;

    /// A new array. Returns its number. \throws file_error, as all of these
    virtual std::size_t add(const array_shape& array) = 0;
    /// The next elements of an array: whole entries of its first dimension.
    virtual void append(std::size_t array, std::span<const std::byte> elements) = 0;
    /// Ends the file, which was not there before, with a description.
    virtual void commit(std::string_view description) = 0;
};

/// By the end of a file's name. \throws usage_error  of no kind that there is
std::unique_ptr<array_sink> sink_for(const std::filesystem::path& file);

}  // namespace cortexpr::workbench
