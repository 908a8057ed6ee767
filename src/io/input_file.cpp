#include "input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cortexpr/error.hpp>
#include <system_error>

namespace cortexpr::io {

std::string system_reason(int number) { return std::generic_category().message(number); }

std::string shown_name(std::string_view name) {
    constexpr std::size_t longest = 80;
    std::string text = "'";
    for (const char symbol : name.substr(0, longest)) {
        const auto code = static_cast<unsigned char>(symbol);
        text += code < 0x20 || code == 0x7F ? '?' : symbol;
    }
    // Do not end within a code point.
    if (name.size() > longest) {
        while ((static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
        if (static_cast<unsigned char>(text.back()) >= 0xC0U) text.pop_back();
        text += "...";
    }
    return text + "'";
}

input_file::input_file(const std::filesystem::path& path) : shown_(path.string()) {
    // Without O_NONBLOCK a named pipe would block here until a writer opens it.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) refuse("cannot be opened (" + system_reason(errno) + ")");
    struct stat status {};
    const bool known = ::fstat(descriptor_, &status) == 0;
    if (!known || !S_ISREG(status.st_mode)) {
        const std::string reason = known ? "is not a regular file" : "cannot be read (" + system_reason(errno) + ")";
        ::close(descriptor_);
        descriptor_ = -1;
        refuse(reason);
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

input_file::~input_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t input_file::read(std::span<std::byte> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const ::ssize_t got = ::read(descriptor_, out.data() + filled, out.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse("cannot be read (" + system_reason(errno) + ")");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

void input_file::refuse(const std::string& reason) const { throw file_error(shown_, reason); }

}  // namespace cortexpr::io
