#pragma once
// Files that are either wholly written or not at all.

#include <cortexpr/compiler.hpp>

#include <sys/types.h>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace cortexpr::io {

/// The system calls that writing a file takes, in one place so that tests can fail each of them in turn.
/// Each behaves as its POSIX namesake: a negative result with errno set means failure.
struct file_operations {
    int (*open)(const char* path, int flags, unsigned mode);  ///< a file for writing
    ::ssize_t (*write)(int descriptor, const void* bytes, std::size_t count);
    int (*fsync)(int descriptor);                     ///< to the disk, with its metadata
    int (*close)(int descriptor);                     ///< of the descriptor
    int (*rename)(const char* from, const char* to);  ///< one name in place of another, at once
    int (*unlink)(const char* path);                  ///< of a temporary file

    /// Those of the system.
    static const file_operations& posix() noexcept;
};

/// Writes a file beside its target and moves it into place: a reader, or a machine that loses power, sees the old
/// content or the whole of the new one. A failure at any step, or destruction without commit(), leaves the old file as
/// it was and nothing else behind. A symbolic link is followed, so the link itself stays; the mode of an existing file
/// is kept. What is no file but a stream (a device, a pipe, /dev/stdout) is written to as it is.
class atomic_file {
  public:
    /// Creates the temporary file in the target's folder.
    /// \throws file_error  the folder is missing or not writable, or the target is a folder or block device
    explicit atomic_file(std::filesystem::path target, const file_operations& system = file_operations::posix());
    atomic_file(const atomic_file&) = delete;
    atomic_file& operator=(const atomic_file&) = delete;
    ~atomic_file();

    /// Appends. \throws file_error  with the system's reason (no space left, ...)
    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);

    /// A folder in which a file can be made that take() moves and need not copy.
    std::filesystem::path workshop() const;
    /// In place of what was written: the content of a whole file that was made elsewhere, which may be moved away.
    /// \throws file_error
    void take(const std::filesystem::path& made);

    /// Brings the content to the disk and then under the target's name.
    /// \throws file_error  with the old file still in place; or, if only the last step failed (bringing the folder to
    ///                     the disk), with the new one, and the text says so
    void commit();

  private:
    /// Opens a target that is a stream; false where it is none.
    bool open_stream();
    void discard() noexcept;
    [[noreturn]] void fail(const char* action, int reason);

    const file_operations* system_;
    std::filesystem::path shown_;      // as the caller wrote it, for messages
    std::filesystem::path target_;     // links resolved
    std::filesystem::path temporary_;  // empty: nothing to remove
    int descriptor_ = -1;
    bool is_stream_ = false;  // nothing to move or to remove
};

/// A hidden folder for files that are being made, gone with all that is in it when this is.
class scratch_folder {
  public:
    /// \param of  whose errors name it. \throws file_error  none can be made
    scratch_folder(const std::filesystem::path& parent, const std::filesystem::path& of);
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder();

    /// Where a file of that name lies in it.
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// The whole of `text` under `target`, atomically. \throws file_error
void write_file(const std::filesystem::path& target, std::string_view text);

}  // namespace cortexpr::io
