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

namespace {

std::atomic<int> calls{0};
std::atomic<int> countdown{-1};
std::atomic<int> failure{0};
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
    if (is_temporary) {
        written = descriptor;
        *mark() = 1;
    }
    return descriptor;
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
    static auto* const call = original<ssize_t(int, const void*, size_t)>("write");
    if (descriptor == written.load() && fails_now()) return -1;
    return call(descriptor, bytes, count);
}

int fsync(int descriptor) {
    static auto* const call = original<int(int)>("fsync");
    return fails_now() ? -1 : call(descriptor);
}

int close(int descriptor) {
    static auto* const call = original<int(int)>("close");
    if (descriptor != written.load()) return call(descriptor);
    written = -1;
    const int result = call(descriptor);  // whatever it reports, the descriptor is gone
    return fails_now() ? -1 : result;
}

int link(const char* from, const char* to) {
    static auto* const call = original<int(const char*, const char*)>("link");
    return fails_now() ? -1 : call(from, to);
}

int rename(const char* from, const char* to) {
    static auto* const call = original<int(const char*, const char*)>("rename");
    if (fails_now()) return -1;
    const int result = call(from, to);
    *mark() = 0;
    return result;
}

}  // extern "C"
