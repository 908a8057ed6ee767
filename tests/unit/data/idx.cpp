#include "catch.hpp"

#include <sys/stat.h>

#include <cortexpr/data/idx.hpp>

#include "files.hpp"
#include "temp_folder.hpp"

namespace data_idx_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::read_idx;

namespace {

// The text with which a file of that content is refused; empty when it is read.
std::string refusal(const std::filesystem::path& file, std::string_view content, int rank = 3) {
    put(file, content);
    const std::string message = message_of<file_error>([&] { read_idx(file, rank); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

const std::string twelve = "abcdefghijkl";

}  // namespace

TEST_CASE("an IDX file is read, plain or gzipped, whatever its name") {
    const temp_folder folder;
    const std::string plain = idx_file({2, 2, 3}, twelve);
    for (const std::string& content : {plain, gzipped(plain)}) {
        put(folder / "images", content);
        const data::idx_array array = read_idx(folder / "images", 3);
        CHECK(array.shape == std::vector<std::uint32_t>{2, 2, 3});
        CHECK(std::string(array.bytes.begin(), array.bytes.end()) == twelve);
    }
}

TEST_CASE("an IDX file larger than every buffer is read whole") {
    const temp_folder folder;
    std::string elements(300'000, '\0');
    for (std::size_t index = 0; index < elements.size(); ++index)
        elements[index] = static_cast<char>(index * 2654435761U >> 13U);
    const std::string plain = idx_file({300, 1000}, elements);
    for (const std::string& content : {plain, gzipped(plain)}) {
        put(folder / "file", content);
        const data::idx_array array = read_idx(folder / "file", 2);
        CHECK(std::string(array.bytes.begin(), array.bytes.end()) == elements);
    }
}

TEST_CASE("an IDX file without elements is read") {
    const temp_folder folder;
    put(folder / "none", gzipped(idx_file({0, 28, 28}, "")));
    CHECK(read_idx(folder / "none", 3).bytes.empty());
}

TEST_CASE("an IDX file cut at any length is refused") {
    const temp_folder folder;
    const std::string plain = idx_file({2, 2, 3}, twelve);
    for (const std::string& content : {plain, gzipped(plain)}) {
        for (std::size_t length = 0; length < content.size(); ++length) {
            INFO("length " << length << " of " << content.size());
            CHECK_FALSE(refusal(folder / "cut", content.substr(0, length)).empty());
        }
    }
    CHECK(contains(refusal(folder / "cut", plain.substr(0, plain.size() - 1)), "2x2x3 = 12 bytes, it holds 11"));
    CHECK(contains(refusal(folder / "cut", plain.substr(0, 10)), "ends within the sizes of its 3 axes"));
    CHECK(contains(refusal(folder / "cut", gzipped(plain.substr(0, plain.size() - 1))), "12 bytes, it holds 11"));
}

TEST_CASE("an IDX file with surplus bytes is refused") {
    const temp_folder folder;
    const std::string plain = idx_file({2, 2, 3}, twelve);
    CHECK(contains(refusal(folder / "long", plain + "x"), "has surplus bytes"));
    CHECK(contains(refusal(folder / "long", gzipped(plain + "x")), "holds more than the 12 bytes"));
    CHECK(contains(refusal(folder / "long", gzipped(plain) + "xyz"), "3 bytes after the end of its gzip stream"));
    CHECK(contains(refusal(folder / "long", gzipped(plain) + gzipped(plain)), "holds more than the 12 bytes"));
}

TEST_CASE("a flipped bit in a gzipped IDX file is refused or changes nothing") {
    const temp_folder folder;
    const std::string content = gzipped(idx_file({2, 2, 3}, twelve));
    // Time, packer and system in the gzip header, and the bits that fill the last byte of the compressed data, do not
    // touch the content and are not under its checksum.
    std::size_t harmless = 0;
    for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
        std::string damaged = content;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        put(folder / "flipped", damaged);
        try {
            const data::idx_array array = read_idx(folder / "flipped", 3);
            CHECK(std::string(array.bytes.begin(), array.bytes.end()) == twelve);
            ++harmless;
        } catch (const file_error& fault) {
            CHECK(is_sentence_about(fault.what(), folder / "flipped"));
        }
    }
    CHECK(harmless <= 8 * 8);
}

TEST_CASE("a file that is not IDX, or not of unsigned bytes, or of another rank, is refused with what it is") {
    const temp_folder folder;
    CHECK(contains(refusal(folder / "png", "\x89PNG\r\n\x1a\n, and so on"), "begins with 0x8950"));
    CHECK(contains(refusal(folder / "floats", idx_file({1, 1, 3}, twelve, 0x0D)), "holds 32-bit floats (0x0d)"));
    CHECK(contains(refusal(folder / "type", idx_file({2, 2, 3}, twelve, 0x07)), "unknown type (0x07)"));
    CHECK(contains(refusal(folder / "rank", idx_file({12}, twelve)),
                   "has 1 axes, 3 were expected; it has labels where images belong"));
    CHECK(contains(refusal(folder / "rank", idx_file({2, 2, 3}, twelve), 1),
                   "has 3 axes, 1 were expected; it has images where labels belong"));
    CHECK_THROWS_AS(read_idx(folder / "rank", 0), usage_error);
    const auto bounded = [&](std::vector<std::uint32_t> shape) {
        put(folder / "ranks", idx_file(std::move(shape), twelve));
        return message_of<file_error>([&] { read_idx(folder / "ranks", 3, 4, 12); });
    };
    CHECK(bounded({2, 2, 3}).empty());
    CHECK(bounded({1, 2, 2, 3}).empty());
    CHECK(contains(bounded({4, 3}), "has 2 axes, 3 to 4 were expected"));
    CHECK(contains(bounded({1, 1, 2, 2, 3}), "has 5 axes, 3 to 4 were expected"));
    CHECK_THROWS_AS(read_idx(folder / "ranks", 3, 256, 12), usage_error);
}

TEST_CASE("sizes that overflow or cannot be in the file are refused before memory is taken") {
    const temp_folder folder;
    const std::uint32_t most = 0xFFFFFFFF;
    CHECK(contains(refusal(folder / "huge", idx_file({most, most, most}, twelve)), "beyond 64 bits"));
    CHECK(contains(refusal(folder / "huge", idx_file({65536, 65536, 1}, twelve)), "is cut short"));
    CHECK(contains(refusal(folder / "huge", idx_file({65536, 65536, 2}, twelve)), "more than the limit of 4294967296"));
    CHECK(contains(refusal(folder / "huge", gzipped(idx_file({65536, 65536, 1}, twelve))),
                   "more than can come out of a gzip file of"));
    put(folder / "limit", idx_file({2, 2, 3}, twelve));
    CHECK(contains(message_of<file_error>([&] { read_idx(folder / "limit", 3, 11); }), "more than the limit of 11"));
    CHECK(read_idx(folder / "limit", 3, 12).bytes.size() == 12);
}

TEST_CASE("a gzip bomb is refused at the first surplus byte") {
    const temp_folder folder;
    // 64 MiB of zeros in 64 KiB, behind a header that announces 12 bytes.
    const std::string bomb = gzipped(idx_file({2, 2, 3}, std::string(std::size_t{64} << 20, '\0')));
    REQUIRE(bomb.size() < 100'000);
    CHECK(contains(refusal(folder / "bomb", bomb), "holds more than the 12 bytes"));
}

TEST_CASE("a missing IDX file, a folder and a pipe are refused with the reason") {
    const temp_folder folder;
    CHECK(contains(message_of<file_error>([&] { read_idx(folder / "none", 3); }), "No such file"));
    CHECK(contains(message_of<file_error>([&] { read_idx(folder.path(), 3); }), "is a folder"));
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(contains(message_of<file_error>([&] { read_idx(folder / "pipe", 3); }), "is a pipe with nothing in it"));
}

}  // namespace data_idx_test
