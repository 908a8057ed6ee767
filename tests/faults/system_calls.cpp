#include "system_calls.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>

namespace {

using cortexpr::test::disk_operation;
using kind = disk_operation::kind;

/// Follows descriptors and names to the files behind them. Of one thread, as a folder's writers are.
class recorder {
  public:
    recorder(cortexpr::test::disk_trace& into, std::string folder) : trace_(&into), folder_(std::move(folder)) {}

    void opened(const char* path, int flags, int descriptor) {
        if (descriptor < 0) return;
        if (path == folder_) folders_[descriptor] = true;
        const auto name = name_of(path);
        if (!name || (flags & O_ACCMODE) == O_RDONLY) return;
        if (files_.contains(*name)) std::abort();  // none is written in place
        const int file = next_file_++;
        files_[*name] = descriptors_[descriptor] = file;
        add({.is = kind::create, .file = file, .name = *name});
    }
    void wrote(int descriptor, const void* bytes, ssize_t count) {
        if (const auto file = descriptors_.find(descriptor); file != descriptors_.end() && count > 0)
            add({.is = kind::write,
                 .file = file->second,
                 .bytes = {static_cast<const char*>(bytes), static_cast<std::size_t>(count)}});
    }
    void synced(int descriptor) {
        if (const auto file = descriptors_.find(descriptor); file != descriptors_.end())
            add({.is = kind::sync, .file = file->second});
        if (folders_.contains(descriptor)) add({.is = kind::sync_folder});
    }
    void closed(int descriptor) {
        descriptors_.erase(descriptor);
        folders_.erase(descriptor);
    }
    void linked(const char* from, const char* to) {
        if (const auto name = name_of(to)) {
            const int file = files_[*name] = files_.at(*name_of(from));
            add({.is = kind::link, .file = file, .name = *name});
        }
    }
    void renamed(const char* from, const char* to) {
        const auto old = name_of(from), name = name_of(to);
        if (!old || !name) return;
        const int file = files_.at(*old);
        // Two names of one file stay as they are.
        if (const auto there = files_.find(*name); there != files_.end() && there->second == file) return;
        files_.erase(*old);
        files_[*name] = file;
        add({.is = kind::rename, .file = file, .name = *name, .from = *old});
    }
    void removed(const char* path) {
        if (const auto name = name_of(path); name && files_.erase(*name) != 0) add({.is = kind::remove, .name = *name});
    }

  private:
    std::optional<std::string> name_of(std::string_view path) const {
        if (!path.starts_with(folder_) || path.size() <= folder_.size() || path[folder_.size()] != '/') return {};
        return std::string(path.substr(folder_.size() + 1));
    }
    void add(disk_operation one) { trace_->push_back(std::move(one)); }

    cortexpr::test::disk_trace* trace_;
    std::string folder_;
    std::map<std::string, int> files_{};
    std::map<int, int> descriptors_{};
    std::map<int, bool> folders_{};
    int next_file_ = 0;
};

std::optional<recorder>& recording() {
    static std::optional<recorder> one;
    return one;
}

std::atomic<int> calls{0};
std::atomic<int> countdown{-1};
std::atomic<int> failure{0};
std::atomic<bool> has_no_links{false};
std::atomic<int> written{-1};  // descriptor of the file that is being written

/// A byte that another process can read after this one was killed: whether a file was being written.
char* mark() {
    static char* const byte = [] {
        static char unseen = 0;
        const char* file = std::getenv("CORTEXPR_TEST_MARK");
        const int descriptor = file == nullptr ? -1 : ::open(file, O_RDWR | O_CLOEXEC);
        if (descriptor < 0) return &unseen;
        void* memory = ::mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        return memory == MAP_FAILED ? &unseen : static_cast<char*>(memory);
    }();
    return byte;
}

bool fails_now() {
    ++calls;
    if (countdown.load() < 0 || countdown-- != 0) return false;
    errno = failure;
    return true;
}

template <class Function>
Function* original(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

namespace cortexpr::test {

int changing_calls() { return calls; }

void fail_after(int count, int reason) {
    failure = reason;
    countdown = count;
}

void refuse_links(bool are_refused) { has_no_links = are_refused; }

void record_operations(disk_trace& into, const std::string& folder) { recording().emplace(into, folder); }
void stop_recording() { recording().reset(); }

}  // namespace cortexpr::test

// The names that the C library's callers are linked to; a program's own come before the library's.
extern "C" {

int open(const char* path, int flags, ...) {
    static auto* const call = original<int(const char*, int, ...)>("open");
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    const bool is_temporary = std::strstr(path, "/.cortexpr-") != nullptr && (flags & O_CREAT) != 0;
    if (is_temporary && fails_now()) return -1;
    const int descriptor = call(path, flags, mode);
    if (recording()) recording()->opened(path, flags, descriptor);
    if (is_temporary) {
        written = descriptor;
        *mark() = 1;
    }
    return descriptor;
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
    static auto* const call = original<ssize_t(int, const void*, size_t)>("write");
    if (descriptor == written.load() && fails_now()) return -1;
    const ssize_t done = call(descriptor, bytes, count);
    if (recording()) recording()->wrote(descriptor, bytes, done);
    return done;
}

int fsync(int descriptor) {
    static auto* const call = original<int(int)>("fsync");
    if (fails_now()) return -1;
    const int result = call(descriptor);
    if (recording() && result == 0) recording()->synced(descriptor);
    return result;
}

int close(int descriptor) {
    static auto* const call = original<int(int)>("close");
    if (recording()) recording()->closed(descriptor);
    if (descriptor != written.load()) return call(descriptor);
    written = -1;
    const int result = call(descriptor);  // whatever it reports, the descriptor is gone
    return fails_now() ? -1 : result;
}

int link(const char* from, const char* to) {
    static auto* const call = original<int(const char*, const char*)>("link");
    if (has_no_links) {
        errno = EPERM;
        return -1;
    }
    if (fails_now()) return -1;
    const int result = call(from, to);
    if (recording() && result == 0) recording()->linked(from, to);
    return result;
}

int rename(const char* from, const char* to) {
    static auto* const call = original<int(const char*, const char*)>("rename");
    if (fails_now()) return -1;
    const int result = call(from, to);
    if (recording() && result == 0) recording()->renamed(from, to);
    *mark() = 0;
    return result;
}

int remove(const char* path) {
    static auto* const call = original<int(const char*)>("remove");
    const int result = call(path);
    if (recording() && result == 0) recording()->removed(path);
    return result;
}

int unlink(const char* path) {
    static auto* const call = original<int(const char*)>("unlink");
    const int result = call(path);
    if (recording() && result == 0) recording()->removed(path);
    return result;
}

}  // extern "C"
