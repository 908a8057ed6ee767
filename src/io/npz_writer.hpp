#pragma once
// An .npz file that grows while it is made, several arrays at a time, in memory that doesn't grow with it.

#include <cortexpr/io/atomic_file.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cortexpr::io {

/// Each array is written into a file of its own in a hidden folder; commit() packs them, uncompressed, so that a reader
/// may map them. What becomes of the target is what atomic_file says.
class npz_writer {
  public:
    /// \throws file_error  as every member: nothing can be written there
    explicit npz_writer(const std::filesystem::path& target);
    npz_writer(const npz_writer&) = delete;
    npz_writer& operator=(const npz_writer&) = delete;
    ~npz_writer() = default;

    /// A new array in C order; `type` is NumPy's. Returns its number.
    std::size_t add(const std::string& name, std::string_view type, std::span<const std::uint64_t> shape);
    /// The next elements of an array, as many bytes as its shape has in the end.
    void append(std::size_t array, std::span<const std::byte> elements);
    /// An array of bytes, whole.
    void add_bytes(const std::string& name, std::string_view bytes);

    void commit();

  private:
    struct member {
        std::string name;
        std::filesystem::path file;
        std::unique_ptr<std::ofstream> stream;
    };
    [[noreturn]] void fail(const std::string& action) const;

    std::filesystem::path target_;
    atomic_file file_;
    scratch_folder folder_;
    std::vector<member> members_;
};

}  // namespace cortexpr::io
