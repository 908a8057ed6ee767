#pragma once
// Files of named arrays: .npz, .npy, .safetensors and .pt under one face.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
    /// Whole numbers that are to fit into 31 bits, as numbers of neurons and channels are.
    virtual std::vector<std::int32_t> indices(const std::string& array) const;
    virtual std::vector<double> reals(const std::string& array) const = 0;
    /// One text of ASCII, as NumPy keeps it; empty where the array is none.
    virtual std::string word(const std::string& /*array*/) const { return {}; }
    /// How many rows the sparse matrix has whose arrays' names begin with `prefix`, where the file says it.
    virtual std::optional<std::int64_t> matrix_rows(const std::string& /*prefix*/) const { return std::nullopt; }
    /// Likewise, how many columns.
    virtual std::optional<std::int64_t> matrix_columns(const std::string& /*prefix*/) const { return std::nullopt; }
    virtual std::vector<std::string> list() const = 0;
    /// The names of all arrays, for texts.
    std::string names() const;
    [[noreturn]] virtual void refuse(const std::string& array, const std::string& reason) const = 0;

  protected:
    /// Appends. \throws file_error  one is beyond 31 bits
    void narrow(const std::string& array, const std::vector<std::int64_t>& from, std::vector<std::int32_t>& to) const;
};

/// How a dense matrix becomes a file that is read.
inline constexpr std::string_view dense_advice =
    "save a dense matrix, whose rows are postsynaptic, as scipy.sparse.save_npz(file, scipy.sparse.csr_matrix(dense))";

/// Opens a file by its ending; nothing where it is none of these. `names` are those of an .npy file's columns.
std::unique_ptr<array_file> open_arrays(const std::filesystem::path& file, const columns& names);

/// That a file is neither a table nor one of arrays. \param what  "synapses"
[[noreturn]] void refuse_ending(const std::filesystem::path& file, std::string_view what);

}  // namespace cortexpr::circuit
