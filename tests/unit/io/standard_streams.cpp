// What is said on the standard streams, and whether it arrived. Each case runs in a process of its own, whose streams
// are its to close.

#include <cortexpr/io/standard_streams.hpp>

#include "catch.hpp"
#include "temp_folder.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace io_standard_streams_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// What `call` returns in another process; it must use nothing that only this process has.
template <class Call>
std::string in_another_process(Call call) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    std::fflush(nullptr);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const std::string text = call();
        const auto written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<::ssize_t>(text.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text;
    char part[256];
    for (::ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    return text;
}

}  // namespace

TEST_CASE("what arrives leaves no complaint, what doesn't is said with its reason", "[streams]") {
    const temp_folder folder;
    const auto file = (folder / "said").string();
    CHECK(in_another_process([&] {
              ::dup2(::open(file.c_str(), O_WRONLY | O_CREAT, 0600), 1);
              io::say(stdout, std::string_view("one\0two", 7));
              return io::lost_output();
          }).empty());
    CHECK(contents(file) == std::string("one\0two", 7));
    const auto lost = [](int descriptor, std::FILE* stream, const char* device) {
        return in_another_process([=] {
            ::dup2(::open("/dev/null", O_WRONLY), 3 - descriptor);  // the other one is sound
            ::dup2(::open(device, O_WRONLY), descriptor);
            io::say(stream, "text");
            return io::lost_output();
        });
    };
    CHECK(lost(1, stdout, "/dev/null").empty());
    CHECK(lost(1, stdout, "/dev/full") == "standard output can't be written (No space left on device)");
    CHECK(contains(lost(2, stderr, "/dev/full"), "standard error can't be written"));
    CHECK(in_another_process([] {
              ::close(1);
              io::say(stdout, "text");
              return io::lost_output();
          }) == "standard output can't be written (Bad file descriptor)");
}

TEST_CASE("a program whose words are lost ends with 1, and another status stays", "[streams]") {
    const auto ended = [](const char* device, int status) {
        return in_another_process([=] {
            ::dup2(::open(device, O_WRONLY), 1);
            ::dup2(::open("/dev/null", O_WRONLY), 2);
            io::say(stdout, "text");
            return std::to_string(io::status_at_end("program", status));
        });
    };
    CHECK(ended("/dev/null", 0) == "0");
    CHECK(ended("/dev/full", 0) == "1");
    CHECK(ended("/dev/full", 2) == "2");
}

TEST_CASE("a file that is opened never gets the number of a standard stream", "[streams]") {
    for (const int closed : {0, 1, 2})
        CHECK(in_another_process([=] {
                  ::close(closed);
                  io::hold_standard_descriptors();
                  const bool is_beyond = ::open("/dev/null", O_RDONLY) > 2;
                  // What is said to the closed stream is noticed as lost, not written anywhere.
                  if (closed == 0) return std::string(is_beyond ? "beyond" : "within");
                  io::say(closed == 1 ? stdout : stderr, "text");
                  std::fflush(nullptr);
                  return std::string(is_beyond && !io::lost_output().empty() ? "beyond" : "within");
              }) == "beyond");
    CHECK(in_another_process([] {
              for (const int descriptor : {0, 1, 2}) ::close(descriptor);
              io::hold_standard_descriptors();
              return std::to_string(::open("/dev/null", O_RDONLY) > 2);
          }) == "1");
    CHECK(in_another_process([] {  // open ones stay what they are
              ::dup2(::open("/dev/null", O_WRONLY), 1);
              io::hold_standard_descriptors();
              io::say(stdout, "text");
              return io::lost_output();
          })
              .empty());
}

}  // namespace io_standard_streams_test
