#include "catch.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cortexpr/io/atomic_file.hpp>
#include <csignal>
#include <thread>

#include "temp_folder.hpp"

namespace io_atomic_file_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace fs = std::filesystem;

namespace {

// The posix operations, of which the `countdown`-th fails. Closing and unlinking still happen: they are what a kernel
// does even when it reports a failure, and a test must not leak descriptors.
int countdown = -1;
int calls = 0;

bool fails_now() {
    ++calls;
    return countdown >= 0 && countdown-- == 0;
}

template <typename Result>
Result failure(int reason) {
    errno = reason;
    return Result{-1};
}

const io::file_operations failing{
    [](const char* path, int flags, unsigned mode) {
        return fails_now() ? failure<int>(EMFILE) : ::open(path, flags, mode);
    },
    [](int descriptor, const void* bytes, std::size_t count) {
        return fails_now() ? failure<::ssize_t>(ENOSPC) : ::write(descriptor, bytes, std::min<std::size_t>(count, 5));
    },
    [](int descriptor) { return fails_now() ? failure<int>(EIO) : ::fsync(descriptor); },
    [](int descriptor) {
        const int result = ::close(descriptor);
        return fails_now() ? failure<int>(EIO) : result;
    },
    [](const char* from, const char* to) { return fails_now() ? failure<int>(EACCES) : std::rename(from, to); },
    [](const char* path) { return ::unlink(path); }};

void save(const fs::path& file, std::string_view text) {
    io::atomic_file out(file, failing);
    out.write(text);
    out.commit();
}

}  // namespace

TEST_CASE("an atomic file appears whole, on commit only") {
    const temp_folder folder;
    const fs::path file = folder / "file";
    {
        io::atomic_file out(file);
        out.write("half");
        CHECK_FALSE(fs::exists(file));
    }
    CHECK(folder.entries() == 0);
    {
        io::atomic_file out(file);
        out.write("one ");
        out.write("two");
        out.commit();
        CHECK(contents(file) == "one two");
        CHECK_THROWS_AS(out.write("three"), usage_error);
        CHECK_THROWS_AS(out.commit(), usage_error);
    }
    io::write_file(file, "new");
    CHECK(contents(file) == "new");
    CHECK(folder.entries() == 1);
}

TEST_CASE("a failure of any system call leaves the old file or the whole new one, and nothing else") {
    const temp_folder folder;
    const fs::path file = folder / "file";
    countdown = -1;
    calls = 0;
    save(file, "0123456789ab");
    const int all_calls = calls;
    REQUIRE(all_calls >= 9);  // open, three writes, fsync, close, rename, and the folder's open, fsync, close
    int kept = 0;
    for (int failing_call = 0; failing_call < all_calls; ++failing_call) {
        INFO("call " << failing_call);
        io::write_file(file, "old");
        countdown = failing_call;
        const std::string message = message_of<file_error>([&] { save(file, "0123456789ab"); });
        countdown = -1;
        const std::string found = contents(file);
        CHECK(folder.entries() == 1);
        if (failing_call + 1 == all_calls) {
            CHECK(message.empty());  // closing a folder changes nothing
            CHECK(found == "0123456789ab");
            continue;
        }
        CHECK(is_sentence_about(message, file));
        if (found == "old") {
            ++kept;
        } else {
            CHECK(found == "0123456789ab");
            CHECK(message.find("is written, but its folder cannot be brought to the disk") != std::string::npos);
        }
    }
    CHECK(kept == all_calls - 3);
}

TEST_CASE("the reason of the system is in the message") {
    const temp_folder folder;
    CHECK(message_of<file_error>([&] { io::write_file(folder / "none" / "file", ""); }) ==
          (folder / "none" / "file").string() +
              ": cannot be written, as no file can be created in its folder (No such file or directory)");
    countdown = 1;
    CHECK(message_of<file_error>([&] { save(folder / "full", "text"); }) ==
          (folder / "full").string() + ": cannot be written (No space left on device)");
    countdown = -1;
    const std::string longest(250, 'n');
    CHECK_NOTHROW(io::write_file(folder / longest, "a name near the limit"));
    CHECK(is_sentence_about(message_of<file_error>([&] { io::write_file(folder / (longest + "123456"), ""); }),
                            folder / (longest + "123456")));
}

TEST_CASE("a folder is no target") {
    const temp_folder folder;
    const auto refusal = [](const fs::path& file) {
        return message_of<file_error>([&] { io::write_file(file, "x"); });
    };
    CHECK(refusal(folder.path()).find("is a folder") != std::string::npos);
    CHECK(refusal(folder.path().string() + "/").find("is a folder") != std::string::npos);
    CHECK(refusal(folder.path() / "none" / "").find("names a folder") != std::string::npos);
    CHECK(folder.entries() == 0);
}

TEST_CASE("devices, pipes and the process's own streams are written to and stay what they are") {
    const temp_folder folder;
    CHECK_NOTHROW(io::write_file("/dev/null", "x"));
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(message_of<file_error>([] { io::write_file("/dev/full", "x"); }) ==
          "/dev/full: cannot be written (No space left on device)");

    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto received = [&] {
        std::array<char, 16> text{};
        return std::string(text.data(), static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
    };
    for (const char* name : {"/dev/fd/", "/proc/self/fd/"}) {
        io::write_file(name + std::to_string(ends[1]), "whole");
        CHECK(received() == "whole");
    }
    fs::create_symlink("/dev/fd/" + std::to_string(ends[1]), folder / "link");
    io::write_file(folder / "link", "through a link");
    CHECK(received() == "through a link");
    ::close(ends[0]);
    ::close(ends[1]);

    // What standard output was redirected to is appended to, as a shell would, and not replaced by another file.
    const int file = ::open((folder / "log").c_str(), O_WRONLY | O_CREAT, 0600);
    REQUIRE(file >= 0);
    REQUIRE(::write(file, "before ", 7) == 7);
    io::write_file("/proc/self/fd/" + std::to_string(file), "after");
    ::close(file);
    CHECK(contents(folder / "log") == "before after");
}

TEST_CASE("links and modes survive") {
    const temp_folder folder;
    io::write_file(folder / "file", "old");
    fs::create_symlink("file", folder / "link");
    fs::create_symlink(folder / "link", folder / "link to link");
    fs::create_symlink("later", folder / "dangling");
    REQUIRE(::chmod((folder / "file").c_str(), 0640) == 0);
    io::write_file(folder / "link to link", "new");
    CHECK(fs::is_symlink(folder / "link to link"));
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(contents(folder / "file") == "new");
    CHECK(static_cast<unsigned>(fs::status(folder / "file").permissions()) == 0640);
    io::write_file(folder / "dangling", "now there");
    CHECK(contents(folder / "later") == "now there");
}

TEST_CASE("the leftover of a killed process is not in the way") {
    const temp_folder folder;
    for (int number = 0; number < 2000; number += 7) {
        put(folder / (".cortexpr-" + std::to_string(::getpid()) + "-" + std::to_string(number) + ".tmp"), "");
    }
    for (int time = 0; time < 20; ++time) CHECK_NOTHROW(io::write_file(folder / "file", "text"));
}

TEST_CASE("a process killed at any moment leaves the old file or the new one") {
    const temp_folder folder;
    const fs::path file = folder / "file";
    const std::string even(300'000, 'e');
    const std::string odd(300'000, 'o');
    io::write_file(file, even);
    int changed = 0;
    for (int kill_number = 0; kill_number < 60; ++kill_number) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            for (bool is_odd = true;; is_odd = !is_odd) io::write_file(file, is_odd ? odd : even);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500 + 173 * kill_number));
        REQUIRE(::kill(child, SIGKILL) == 0);
        REQUIRE(::waitpid(child, nullptr, 0) == child);
        const std::string found = contents(file);
        CHECK((found == even || found == odd));
        changed += found == odd ? 1 : 0;
    }
    CHECK(changed > 0);  // so some children did come to write
}

TEST_CASE("a file that outgrows the limit of the process leaves the old one") {
    const temp_folder folder;
    io::write_file(folder / "file", "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const std::string message =
        message_of<file_error>([&] { io::write_file(folder / "file", std::string(5000, 'x')); });
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(message.find("File too large") != std::string::npos);
    CHECK(contents(folder / "file") == "old");
    CHECK(folder.entries() == 1);
}

}  // namespace io_atomic_file_test
