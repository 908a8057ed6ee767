// Arrays in .npz files.

#include "io/npz.hpp"

#include "data/files.hpp"

#include <cortexpr/error.hpp>

#include <sys/stat.h>

namespace io_npz_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::npz_file;

namespace {

constexpr std::uint64_t limit = 1000;
using numbers = std::vector<std::int64_t>;

std::string refusal(const std::filesystem::path& file, const std::string& array, std::uint64_t most = limit) {
    const auto message = message_of<file_error>([&] { npz_file(file).bytes(array, most); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

std::string refusal_of(const std::string& array_bytes, std::uint64_t most = limit) {
    const temp_folder folder;
    put_zip(folder / "x.npz", {{"a.npy", array_bytes}});
    return refusal(folder / "x.npz", "a", most);
}

}  // namespace

TEST_CASE("arrays are read, deflated or stored", "[npz]") {
    const temp_folder folder;
    for (const bool is_deflated : {true, false}) {
        put_zip(folder / "x.npz", {{"a.npy", npy("|u1", "(2, 3)", "abcdef")}, {"empty.npy", npy("|u1", "(0,)", "")}},
                is_deflated);
        const npz_file file(folder / "x.npz");
        CHECK(file.has("a"));
        CHECK(!file.has("b"));
        CHECK(file.names() == "'a', 'empty'");
        CHECK(file.header("a").shape == std::vector<std::uint64_t>{2, 3});
        const auto bytes = file.bytes("a", limit);
        CHECK(std::string(bytes.begin(), bytes.end()) == "abcdef");
        CHECK(file.bytes("empty", limit).empty());
    }
}

TEST_CASE("whole numbers of every width, sign and byte order are read", "[npz]") {
    const temp_folder folder;
    const auto read = [&](const std::string& type, std::string_view bytes) {
        put_zip(folder / "x.npz", {{"a.npy", npy(type, "(2,)", bytes)}});
        return npz_file(folder / "x.npz").whole_numbers("a", limit);
    };
    using namespace std::string_view_literals;
    CHECK(read("|u1", "\x01\xff"sv) == numbers{1, 255});
    CHECK(read("|i1", "\x01\xff"sv) == numbers{1, -1});
    CHECK(read("<u2", "\x01\x00\x00\x01"sv) == numbers{1, 256});
    CHECK(read(">i2", "\x00\x01\xff\xfe"sv) == numbers{1, -2});
    CHECK(read("<i4", "\x05\x00\x00\x00\xff\xff\xff\xff"sv) == numbers{5, -1});
    CHECK(read("<i8", "\x05\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"sv) == numbers{5, -1});
    CHECK(read(">u8", "\x00\x00\x00\x00\x00\x00\x00\x05\xff\xff\xff\xff\xff\xff\xff\xff"sv) == numbers{5, INT64_MAX});
    put_zip(folder / "x.npz", {{"a.npy", npy("<f4", "(1,)", "abcd")}});
    CHECK(contains(message_of<file_error>([&] { npz_file(folder / "x.npz").whole_numbers("a", limit); }),
                   "its array 'a' has elements '<f4'; labels are read as whole numbers"));
}

TEST_CASE("arrays whose first side is the fastest come out as the others", "[npz]") {
    const temp_folder folder;
    // numpy.asfortranarray of 0 ... 23 in the shape (2, 3, 4).
    std::string bytes;
    for (char k = 0; k < 4; ++k)
        for (char j = 0; j < 3; ++j)
            for (char i = 0; i < 2; ++i) bytes.push_back(static_cast<char>(12 * i + 4 * j + k));
    auto array = npy("|u1", "(2, 3, 4)", bytes);
    array.replace(array.find("False"), 5, "True ");
    put_zip(folder / "x.npz", {{"a.npy", array}});
    const npz_file file(folder / "x.npz");
    numbers expected(24);
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(file.whole_numbers("a", limit) == expected);
    CHECK(file.reals("a", limit) == std::vector<double>(expected.begin(), expected.end()));
    CHECK(file.bytes("a", limit) == std::vector<std::uint8_t>(expected.begin(), expected.end()));
}

TEST_CASE("what is no .npz file, or has no such array, is refused", "[npz]") {
    const temp_folder folder;
    CHECK(contains(refusal(folder / "none.npz", "a"), "No such file"));
    put(folder / "x.npz", "not a zip archive");
    CHECK(contains(refusal(folder / "x.npz", "a"), "can't be read as an .npz file"));
    put_zip(folder / "x.npz", {{"b.npy", npy("|u1", "(1,)", "x")}});
    CHECK(contains(refusal(folder / "x.npz", "a"), "its array 'a' isn't there (the file has 'b')"));
    put_zip(folder / "x.npz", {{"b.npy", npy("|u1", "(1,)", "x")}, {"notes.txt", "x"}});
    CHECK(contains(refusal(folder / "x.npz", "a"), "(the file has 'b')"));
    put_zip(folder / "x.npz", {{"weights/model.safetensors", "x"}});
    CHECK(contains(refusal(folder / "x.npz", "a"),
                   "is a zip archive without NumPy arrays (.npy), of 'weights/model.safetensors'; unpack it"));
}

TEST_CASE("arrays that aren't unsigned bytes are refused as images", "[npz]") {
    CHECK(contains(refusal_of(npy("<f4", "(1,)", "abcd")), "has elements '<f4'; images are read as unsigned bytes"));
    CHECK(contains(refusal_of(npy("|b1", "(1,)", "a")), "has elements '|b1'"));
}

TEST_CASE("headers that lie are refused before memory is taken", "[npz]") {
    const auto array = npy("|u1", "(2, 3)", "abcdef");
    CHECK(refusal_of(array).empty());
    CHECK(contains(refusal_of(array, 5), "more than the limit of 5 bytes"));
    CHECK(contains(refusal_of(array + "x"), "has 2x3 elements of 1 bytes by its header, but holds 7 bytes"));
    CHECK(contains(refusal_of(npy("|u1", "(4294967296, 4294967296)", "a")), "beyond 64 bits"));
    CHECK(contains(refusal_of(npy("|u1", "(4294967296, 3)", "a")), "more than the limit"));
    CHECK(contains(refusal_of("\x93NUMPX" + array.substr(6)), "is no .npy array"));
    CHECK(contains(refusal_of(npy("|u1", "(2, x)", "ab")), "has no header that could be understood"));
    CHECK(contains(refusal_of(npy("|u1", "7", "ab")), "has no header that could be understood"));
    for (std::size_t length = 0; length < array.size(); ++length)
        CHECK_FALSE(refusal_of(array.substr(0, length)).empty());
}

TEST_CASE("a flipped bit in an array is found by its checksum", "[npz]") {
    const temp_folder folder;
    put_zip(folder / "x.npz", {{"a.npy", npy("|u1", "(6,)", "abcdef")}}, false);
    auto bytes = contents(folder / "x.npz");
    const auto place = bytes.find("abcdef");
    REQUIRE(place != std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    put(folder / "x.npz", bytes);
    CHECK(contains(refusal(folder / "x.npz", "a"), "is corrupt"));
}

TEST_CASE("an archive from a pipe is refused, and nothing waits for the pipe", "[npz]") {
    const temp_folder folder;
    REQUIRE(::mkfifo((folder / "x.npz").c_str(), 0600) == 0);
    CHECK(contains(message_of<file_error>([&] { const io::npz_file file(folder / "x.npz"); }),
                   "x.npz: is a pipe; an .npz file is read in several places, so give a file"));
}

}  // namespace io_npz_test
