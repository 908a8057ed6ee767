#include "input_file.hpp"

#include <cortexpr/error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

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

std::string shown_names(std::span<const std::string> names) {
    constexpr std::size_t most = 12;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i > 0 ? ", " : "") + shown_name(names[i]);
    return names.size() > most ? text + ", ..." : text;
}

std::string first_names(std::span<const std::string> names, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i > 0 ? ", " : "") + names[i];
    return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more" : text;
}

namespace {

/// The rest of a stream, in memory that is read like a file; -1 with errno set where that fails.
int spooled(int stream) {
    const int copy = ::memfd_create("cortexpr-input", MFD_CLOEXEC);
    std::vector<char> buffer(std::size_t{1} << 16U);
    bool sound = copy >= 0;
    while (sound) {
        const ::ssize_t got = ::read(stream, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) break;
        sound = got > 0;
        for (::ssize_t done = 0; sound && done < got;) {
            const ::ssize_t put = ::write(copy, buffer.data() + done, static_cast<std::size_t>(got - done));
            if (put > 0) done += put;
            sound = put > 0 || errno == EINTR;
        }
    }
    if (sound && ::lseek(copy, 0, SEEK_SET) == 0) return copy;
    const int reason = errno;
    if (copy >= 0) ::close(copy);
    errno = reason;
    return -1;
}

}  // namespace

input_file::input_file(const std::filesystem::path& path) : shown_(path.string()) {
    // Without O_NONBLOCK a named pipe would block here until a writer opens it.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) refuse("cannot be opened (" + system_reason(errno) + ")");
    const auto give_up = [this](const std::string& reason) {
        ::close(std::exchange(descriptor_, -1));
        refuse(reason);
    };
    struct stat status {};
    const auto look = [&] {
        if (::fstat(descriptor_, &status) != 0) give_up("cannot be read (" + system_reason(errno) + ")");
    };
    look();
    if (S_ISFIFO(status.st_mode)) {
        ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) & ~O_NONBLOCK);
        const int copy = spooled(descriptor_);
        if (copy < 0) give_up("cannot be read (" + system_reason(errno) + ")");
        ::close(std::exchange(descriptor_, copy));
        look();
        if (status.st_size == 0) give_up("is a pipe with nothing in it; begin writing first, or give a file");
    }
    if (S_ISDIR(status.st_mode)) give_up("is a folder, a file was expected");
    if (!S_ISREG(status.st_mode)) give_up("is neither a file nor a pipe");
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

std::string input_file::text() {
    std::string all(size_, '\0');
    if (read(std::as_writable_bytes(std::span(all))) < all.size()) refuse("became shorter while it was read");
    return all;
}

void input_file::require_unpacked() const {
    using packer = std::pair<std::string_view, const char*>;  // what it begins with, and its name
    constexpr std::array packers{packer{gzip_start, "gzip"}, packer{"BZh", "bzip2"}, packer{"\xFD\x37zXZ", "xz"},
                                 packer{"\x28\xB5\x2F\xFD", "zstd"}};
    std::array<char, 8> start{};
    const auto got = ::pread(descriptor_, start.data(), start.size(), 0);
    const std::string_view bytes(start.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    for (const auto& [magic, name] : packers)
        if (bytes.starts_with(magic)) refuse(std::string("is packed by ") + name + "; unpack it first");
}

void input_file::refuse(const std::string& reason) const { throw file_error(shown_, reason); }

}  // namespace cortexpr::io
