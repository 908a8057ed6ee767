#include <cortexpr/io/atomic_file.hpp>

#include "../parsed.hpp"
#include "input_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

namespace cortexpr::io {

namespace fs = std::filesystem;

namespace {

template <typename Call>
auto retry_interrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

// What a chain of links ends at, which need not exist.
fs::path follow_links(fs::path path) {
    constexpr int longest_chain = 40;
    std::error_code ignored;
    for (int hop = 0; hop < longest_chain && fs::is_symlink(path, ignored); ++hop) {
        const fs::path next = fs::read_symlink(path, ignored);
        if (ignored) break;
        path = path.parent_path() / next;  // an absolute `next` replaces the whole
    }
    return path;
}

/// The descriptor of this process that a path such as /dev/stdout or /proc/self/fd/3 names, or -1.
int own_descriptor(fs::path path) {
    constexpr int longest_chain = 40;
    std::error_code ignored;
    for (int hop = 0; hop < longest_chain; ++hop) {
        const std::string folder =
            fs::weakly_canonical(path.has_parent_path() ? path.parent_path() : ".", ignored).string();
        if (folder == fmt::format("/proc/{}/fd", ::getpid())) return parsed<int>(path.filename().string()).value_or(-1);
        if (!fs::is_symlink(path, ignored)) return -1;
        path = path.parent_path() / fs::read_symlink(path, ignored);
    }
    return -1;
}

bool is_stream(const struct stat& status) {
    return S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

fs::path folder_of(const fs::path& target) { return target.has_parent_path() ? target.parent_path() : fs::path("."); }

}  // namespace

const file_operations& file_operations::posix() noexcept {
    static const file_operations operations{
        [](const char* path, int flags, unsigned mode) { return ::open(path, flags, mode); },
        [](int descriptor, const void* bytes, std::size_t count) { return ::write(descriptor, bytes, count); },
        [](int descriptor) { return ::fsync(descriptor); },
        [](int descriptor) { return ::close(descriptor); },
        [](const char* from, const char* to) { return std::rename(from, to); },
        [](const char* path) { return ::unlink(path); }};
    return operations;
}

atomic_file::atomic_file(fs::path target, const file_operations& system)
    : system_(&system), shown_(std::move(target)), target_(follow_links(shown_)) {
    unsigned mode = 0666;  // less the umask
    struct stat status {};
    if (open_stream()) return;
    const bool exists = ::stat(target_.c_str(), &status) == 0;
    if (exists) {
        if (S_ISDIR(status.st_mode)) throw file_error(shown_.string(), "is a folder; give the name of a file");
        if (!S_ISREG(status.st_mode)) throw file_error(shown_.string(), "is not a regular file and is left alone");
        if (::access(target_.c_str(), W_OK) != 0) fail("cannot be written", errno);
        mode = status.st_mode & 07777U;
    }
    if (!target_.has_filename()) throw file_error(shown_.string(), "names a folder where a file is to be written");

    // The name is short, so that every target whose own name fits can be written.
    static std::atomic<unsigned> counter{0};
    constexpr int attempts = 1000;
    for (int attempt = 0; attempt < attempts && descriptor_ < 0; ++attempt) {
        fs::path candidate =
            folder_of(target_) / (".cortexpr-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp");
        descriptor_ = retry_interrupted([&] {
            return system_->open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        });
        if (descriptor_ >= 0) temporary_ = std::move(candidate);
        // A leftover of a killed process that had the same id: take the next name.
        else if (errno != EEXIST)
            break;
    }
    if (descriptor_ < 0) fail("cannot be written, as no file can be created in its folder", errno);
    if (exists && ::fchmod(descriptor_, mode) != 0) fail("cannot be written with the old file's mode", errno);
}

bool atomic_file::open_stream() {
    struct stat status {};
    const int own = own_descriptor(shown_);
    if (own < 0 && (::stat(shown_.c_str(), &status) != 0 || !is_stream(status))) return false;
    descriptor_ = own >= 0 ? ::fcntl(own, F_DUPFD_CLOEXEC, 0)
                           : retry_interrupted([&] { return system_->open(shown_.c_str(), O_WRONLY | O_CLOEXEC, 0U); });
    if (descriptor_ < 0) fail("cannot be written", errno);
    is_stream_ = true;
    return true;
}

atomic_file::~atomic_file() { discard(); }

void atomic_file::discard() noexcept {
    if (descriptor_ >= 0) system_->close(std::exchange(descriptor_, -1));
    if (!temporary_.empty()) system_->unlink(temporary_.c_str());
    temporary_.clear();
}

void atomic_file::fail(const char* action, int reason) {
    discard();
    throw file_error(shown_.string(), std::string(action) + " (" + system_reason(reason) + ")");
}

void atomic_file::write(std::span<const std::byte> bytes) {
    if (descriptor_ < 0) throw usage_error(shown_.string() + ": is closed, nothing more can be written");
    while (!bytes.empty()) {
        const auto written = retry_interrupted([&] { return system_->write(descriptor_, bytes.data(), bytes.size()); });
        if (written < 0) fail("cannot be written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void atomic_file::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

fs::path atomic_file::workshop() const { return is_stream_ ? fs::temp_directory_path() : folder_of(target_); }

void atomic_file::take(const fs::path& made) {
    const int from = retry_interrupted([&] { return ::open(made.c_str(), O_RDONLY | O_CLOEXEC); });
    if (from < 0) fail("cannot be written", errno);
    struct stat wanted {};
    const bool is_moved = !is_stream_ && ::fstat(descriptor_, &wanted) == 0 &&
                          ::fchmod(from, wanted.st_mode & 07777U) == 0 &&
                          system_->rename(made.c_str(), temporary_.c_str()) == 0;
    if (is_moved) {
        system_->close(std::exchange(descriptor_, from));
        return;
    }
    std::vector<std::byte> part(std::size_t{1} << 20U);
    try {
        while (true) {
            const auto count = retry_interrupted([&] { return ::read(from, part.data(), part.size()); });
            if (count < 0) fail("cannot be written", errno);
            if (count == 0) break;
            write(std::span(part).first(static_cast<std::size_t>(count)));
        }
    } catch (...) {
        ::close(from);
        throw;
    }
    ::close(from);
}

void atomic_file::commit() {
    if (descriptor_ < 0) throw usage_error(shown_.string() + ": is closed, nothing is left to commit");
    if (is_stream_) {
        if (system_->close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail("cannot be closed", errno);
        return;
    }
    // A failed fsync may have dropped the pages already, so trying again would prove nothing.
    if (retry_interrupted([&] { return system_->fsync(descriptor_); }) != 0) {
        fail("cannot be brought to the disk", errno);
    }
    // Whatever close reports, the descriptor is gone after it.
    const int closed = system_->close(std::exchange(descriptor_, -1));
    if (closed != 0 && errno != EINTR) fail("cannot be closed", errno);
    if (system_->rename(temporary_.c_str(), target_.c_str()) != 0) fail("cannot be moved into place", errno);
    temporary_.clear();

    const fs::path folder = folder_of(target_);
    descriptor_ =
        retry_interrupted([&] { return system_->open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0U); });
    // A folder that may be written but not read can't be opened, and some file systems can't sync one.
    if (descriptor_ < 0 && errno == EACCES) return;
    const char* unsure = "is written, but its folder cannot be brought to the disk";
    if (descriptor_ < 0) fail(unsure, errno);
    if (retry_interrupted([&] { return system_->fsync(descriptor_); }) != 0 && errno != EINVAL && errno != ENOTSUP) {
        fail(unsure, errno);
    }
    discard();
}

scratch_folder::scratch_folder(const fs::path& parent, const fs::path& of) {
    auto pattern = (parent / ".cortexpr-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw file_error(of.string(),
                         "cannot be written, as no folder can be created beside it (" + system_reason(errno) + ")");
    path_ = pattern;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void write_file(const fs::path& target, std::string_view text) {
    atomic_file file(target);
    file.write(text);
    file.commit();
}

}  // namespace cortexpr::io
