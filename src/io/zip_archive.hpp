#pragma once
// Members of a zip archive, read one by one from their start.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct zip;
struct zip_file;

namespace cortexpr::io {

/// What one of libzip's codes means.
std::string zip_reason(int code);

/// An open archive. \throws file_error  what is there is none; `kind` says what was expected: "an .npz file"
class zip_archive {
  public:
    zip_archive(const std::filesystem::path& path, std::string_view kind);

    bool has(const std::string& member) const;
    std::vector<std::string> members() const;
    const std::string& path() const noexcept { return path_; }
    /// Bytes of the archive itself.
    std::uint64_t size() const noexcept { return size_; }

  private:
    friend class zip_member;
    struct closer {
        void operator()(zip* archive) const;
    };

    void refuse_overlaps(std::string_view kind) const;
    void refuse_twins() const;

    std::string path_;
    std::uint64_t size_ = 0;
    std::unique_ptr<zip, closer> archive_;
};

/// One member that is there, on its way out. `refuse` receives what is wrong with it, and throws.
class zip_member {
  public:
    using refusal = std::function<void(const std::string&)>;

    zip_member(const zip_archive& archive, const std::string& name, refusal refuse);

    /// Bytes in the member, of which it has been checked that they can come out of the archive.
    std::uint64_t size() const noexcept { return size_; }
    /// Whether the member lies in the archive as it is, not deflated.
    bool is_stored() const noexcept { return is_stored_; }
    /// The next bytes, as many as asked for.
    void read(std::span<std::byte> out);
    /// That all was read, and agrees with the archive's checksum.
    void require_end();

  private:
    struct closer {
        void operator()(zip_file* stream) const;
    };
    std::string reason() const;

    refusal refuse_;
    std::uint64_t size_ = 0;
    bool is_stored_ = false;
    std::unique_ptr<zip_file, closer> stream_;
};

}  // namespace cortexpr::io
