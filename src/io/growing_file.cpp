#include <cortexpr/io/growing_file.hpp>

#include "input_file.hpp"

#include <cortexpr/io/atomic_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace cortexpr::io {

growing_file::growing_file(std::filesystem::path file, std::string_view start) : file_(std::move(file)) {
    write_file(file_, start);
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor_ < 0) throw file_error(file_.string(), "cannot be appended to (" + system_reason(errno) + ")");
}

growing_file::growing_file(growing_file&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

growing_file::~growing_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void growing_file::append(std::string_view piece) {
    const ::off_t before = ::lseek(descriptor_, 0, SEEK_END);
    std::size_t written = 0;
    while (written < piece.size()) {
        const ::ssize_t count = ::write(descriptor_, piece.data() + written, piece.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const int reason = errno;
            // Half a piece is worse than none.
            if (before >= 0 && ::ftruncate(descriptor_, before) != 0) errno = reason;
            throw file_error(file_.string(), "cannot be appended to (" + system_reason(reason) + ")");
        }
        written += static_cast<std::size_t>(count);
    }
}

}  // namespace cortexpr::io
