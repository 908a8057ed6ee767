// Reading files and pipes, and names out of them in messages.

#include "io/input_file.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

namespace io_input_file_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::input_file;

namespace {

std::string refusal(const std::filesystem::path& path) {
    const auto message = message_of<file_error>([&] { input_file{path}; });
    CHECK(is_sentence_about(message, path));
    return message;
}

}  // namespace

TEST_CASE("a file is read whole, in parts, and no further than its end", "[input_file]") {
    const temp_folder folder;
    const std::string bytes("0\0\n\xFF 123456789", 14);
    put(folder / "file", bytes);
    CHECK(input_file(folder / "file").size() == 14);
    CHECK(input_file(folder / "file").text() == bytes);
    input_file file(folder / "file");
    std::array<char, 10> part{};
    const auto read = [&] { return file.read(std::as_writable_bytes(std::span(part))); };
    CHECK(read() == 10);
    CHECK(std::string(part.data(), 10) == bytes.substr(0, 10));
    CHECK(read() == 4);
    CHECK(std::string(part.data(), 4) == bytes.substr(10));
    CHECK(read() == 0);
    put(folder / "empty", "");
    CHECK(input_file(folder / "empty").size() == 0);
    CHECK(input_file(folder / "empty").text().empty());
}

TEST_CASE("a file that shrinks while it is read is no whole text", "[input_file]") {
    const temp_folder folder;
    put(folder / "file", "0123456789");
    input_file file(folder / "file");
    std::filesystem::resize_file(folder / "file", 4);
    CHECK(contains(message_of<file_error>([&] { file.text(); }), "became shorter while it was read"));
}

TEST_CASE("a pipe is read to its end, and then has a size", "[input_file]") {
    const temp_folder folder;
    const auto pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    for (const std::size_t size : {std::size_t{1}, std::size_t{300'000}}) {
        std::string sent;
        for (std::size_t i = 0; i < size; ++i) sent += static_cast<char>(i % 251);
        // What is sent stays in the pipe while a reader has it open, and the writer is there before it is read.
        const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        const int sender = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
        std::thread writer([&] {
            for (std::size_t done = 0; done < size;)
                done += static_cast<std::size_t>(std::max<::ssize_t>(0, ::write(sender, &sent[done], size - done)));
            ::close(sender);
        });
        input_file file(pipe);
        writer.join();
        ::close(reader);
        CHECK(file.size() == size);
        CHECK(file.text() == sent);
    }
    // Without a writer it is refused at once, and not taken for an empty file.
    CHECK(contains(refusal(pipe), "is a pipe with nothing in it"));
}

TEST_CASE("what can't be read is refused in one sentence", "[input_file]") {
    const temp_folder folder;
    CHECK(contains(refusal(folder / "missing"), "cannot be opened (No such file or directory)"));
    CHECK(contains(refusal(folder.path()), "is a folder, a file was expected"));
    CHECK(contains(refusal("/dev/null"), "is neither a file nor a pipe"));
    CHECK(io::system_reason(ENOENT) == "No such file or directory");
}

TEST_CASE("a message shows the first twelve of many names", "[input_file]") {
    using strings = std::vector<std::string>;
    CHECK(io::shown_names({}).empty());
    CHECK(io::shown_names(strings{"a"}) == "'a'");
    CHECK(io::shown_names(strings{"a", "b\n"}) == "'a', 'b?'");
    const auto twelve = io::shown_names(strings(12, "x")), more = io::shown_names(strings(13, "x"));
    CHECK(twelve.ends_with("'x'"));
    CHECK(more == twelve + ", ...");
}

TEST_CASE("a name is shown in quotes, without control characters, and not longer than 80 bytes", "[input_file]") {
    using io::shown_name;
    CHECK(shown_name("") == "''");
    CHECK(shown_name("a\n\x1b[31m\x7f\tz") == "'a??[31m??z'");
    CHECK(shown_name("\xC3\xA9") == "'\xC3\xA9'");
    CHECK(shown_name(std::string(80, 'x')) == "'" + std::string(80, 'x') + "'");
    CHECK(shown_name(std::string(81, 'x')) == "'" + std::string(80, 'x') + "...'");
    // Cut before a code point that the 80th byte would split: two, three and four bytes.
    for (const std::string symbol : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\xA7\xA0"})
        for (std::size_t before = 80 - symbol.size() + 1; before < 80; ++before)
            CHECK(shown_name(std::string(before, 'x') + symbol + "yyyyyy") == "'" + std::string(before, 'x') + "...'");
    // No UTF-8 at all.
    CHECK(shown_name(std::string(200, '\x80')) == "'...'");
}

TEST_CASE("a file that is packed is told by its packer", "[input_file]") {
    const temp_folder folder;
    const auto told = [&](std::string_view bytes) {
        put(folder / "x", bytes);
        return message_of<file_error>([&] { io::input_file(folder / "x").require_unpacked(); });
    };
    CHECK(contains(told("\x1F\x8B\x08\x01more"), "is packed by gzip; unpack it first"));
    CHECK(contains(told("BZh91AY"), "is packed by bzip2"));
    CHECK(contains(told("\xFD\x37zXZ"), "is packed by xz"));
    CHECK(contains(told("\x28\xB5\x2F\xFD"), "is packed by zstd"));
    for (const auto* other : {"", "\x1F", "PK\x03\x04", "text"}) CHECK(told(other).empty());
}

}  // namespace io_input_file_test
