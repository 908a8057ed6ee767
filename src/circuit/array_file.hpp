#pragma once
// Files of named arrays: .npz, .npy and .safetensors under one face.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cortexpr::circuit {

struct columns;

/// \throws file_error from every member that reads; the text names the file and the array
class array_file {
  public:
    virtual ~array_file() = default;

    virtual bool has(const std::string& array) const = 0;
    virtual std::vector<std::uint64_t> shape(const std::string& array) const = 0;
    /// In C order; of any width. What is beyond 63 bits is INT64_MAX.
    virtual std::vector<std::int64_t> whole_numbers(const std::string& array) const = 0;
    virtual std::vector<double> reals(const std::string& array) const = 0;
    /// Of all arrays, for texts.
    virtual std::string names() const = 0;
    [[noreturn]] virtual void refuse(const std::string& array, const std::string& reason) const = 0;
};

/// Opens a file by its ending; nothing where it is none of these. `names` are those of an .npy file's columns.
std::unique_ptr<array_file> open_arrays(const std::filesystem::path& file, const columns& names);

}  // namespace cortexpr::circuit
