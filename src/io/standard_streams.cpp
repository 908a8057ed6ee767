#include <cortexpr/io/standard_streams.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "input_file.hpp"

namespace cortexpr::io {

void hold_standard_descriptors() noexcept {
    // open gives the lowest free number. Only reading is open, so that what is said is noticed as lost.
    for (int descriptor = 0; descriptor <= 2; ++descriptor)
        if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) < 0) return;
}

void say(std::FILE* stream, std::string_view text) noexcept { std::fwrite(text.data(), 1, text.size(), stream); }

std::string lost_output() {
    const auto lost = [](std::FILE* stream, const char* name) {
        errno = 0;
        const bool is_flushed = std::fflush(stream) == 0;
        if (is_flushed && std::ferror(stream) == 0) return std::string();
        return fmt::format("{} can't be written{}", name, errno != 0 ? " (" + system_reason(errno) + ")" : "");
    };
    auto text = lost(stdout, "standard output");
    return text.empty() ? lost(stderr, "standard error") : text;
}

int status_at_end(std::string_view program, int status) {
    const auto lost = lost_output();
    if (status != 0 || lost.empty()) return status;
    std::signal(SIGPIPE, SIG_IGN);  // standard error may have gone the same way, and the program is at its end
    say(stderr, fmt::format("{}: {}\n", program, lost));
    return 1;
}

}  // namespace cortexpr::io
