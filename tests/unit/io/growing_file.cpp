// Logs that grow: what is with the system when a call returns, and what a failed write leaves.

#include <cortexpr/io/growing_file.hpp>

#include "temp_folder.hpp"

#include <sys/resource.h>

#include <csignal>
#include <utility>

#include <catch.hpp>

namespace io_growing_file_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// Files of this process can't grow beyond `bytes` while this lives.
class file_limit {
  public:
    explicit file_limit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit less{bytes, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &less) == 0);
    }
    file_limit(const file_limit&) = delete;
    file_limit& operator=(const file_limit&) = delete;
    ~file_limit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

}  // namespace

TEST_CASE("a growing file holds each piece as soon as it is appended", "[growing_file]") {
    const temp_folder folder;
    const auto file = folder / "log.csv";
    put(file, "what another run left");
    io::growing_file log(file, "a,b\n");
    CHECK(log.path() == file);
    CHECK(contents(file) == "a,b\n");
    log.append("1,2\n");
    CHECK(contents(file) == "a,b\n1,2\n");
    io::growing_file moved(std::move(log));
    moved.append("");
    moved.append("3,4\n");
    CHECK(contents(file) == "a,b\n1,2\n3,4\n");
    CHECK(folder.entries() == 1);  // nothing temporary
}

TEST_CASE("a piece that can't be written leaves nothing of itself", "[growing_file]") {
    const temp_folder folder;
    const auto file = folder / "log.csv";
    io::growing_file log(file, "0123456789");
    const file_limit limit(15);
    const auto message = message_of<file_error>([&] { log.append("a longer piece"); });
    CHECK(is_sentence_about(message, file));
    CHECK(contains(message, "cannot be appended to (File too large)"));
    CHECK(contents(file) == "0123456789");
    log.append("fits");
    CHECK(contents(file) == "0123456789fits");
}

TEST_CASE("a growing file in no folder is refused", "[growing_file]") {
    const temp_folder folder;
    const auto file = folder / "nowhere" / "log.csv";
    CHECK(is_sentence_about(message_of<file_error>([&] { const io::growing_file log(file, ""); }), file));
}

}  // namespace io_growing_file_test
