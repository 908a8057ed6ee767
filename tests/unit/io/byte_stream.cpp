// Files that may be gzipped, read as gzip reads them.

#include "io/byte_stream.hpp"

#include "data/files.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/error.hpp>

#include <set>

namespace io_byte_stream_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::string read_whole(const std::filesystem::path& file) {
    io::byte_stream stream(file);
    std::string content;
    std::vector<std::uint8_t> part(1000);
    while (const auto got = stream.read(part)) content.append(part.begin(), part.begin() + static_cast<long>(got));
    return content;
}

std::string refusal(const std::filesystem::path& file, std::string_view bytes) {
    put(file, bytes);
    const auto message = message_of<file_error>([&] { read_whole(file); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

/// The last block of a file that bgzip writes: an empty member (SAM/BAM format specification, 4.1.2).
const std::string bgzip_end(
    "\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x06\x00\x42\x43\x02\x00\x1b\x00\x03\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00",
    28);

/// Text that doesn't get shorter.
std::string varied(std::size_t size) {
    std::string text(size, '\0');
    split_mix_64 draw(1);
    for (auto& symbol : text) symbol = static_cast<char>(draw() >> 40U);
    return text;
}

}  // namespace

TEST_CASE("members of a gzip file follow one another", "[gzip]") {
    const temp_folder folder;
    const auto file = folder / "file";
    const auto long_text = varied(200'000);
    const auto check = [&](const std::string& packed, const std::string& content) {
        put(file, packed);
        CHECK(read_whole(file) == content);
    };
    check(gzipped("one") + gzipped("two") + gzipped("three"), "onetwothree");
    check(gzipped("one") + bgzip_end, "one");
    check(gzipped("") + gzipped("one") + gzipped("") + gzipped("two") + bgzip_end, "onetwo");
    check(gzipped(long_text) + gzipped(long_text), long_text + long_text);
    check(bgzip_end, "");
    // The second member begins with the last byte of the buffer (64 KiB), or with the first of the next.
    std::set<std::size_t> sizes;
    for (std::size_t size = 65'490; size < 65'530; ++size) {
        const auto text = varied(size);
        const auto first = gzipped(text);
        sizes.insert(first.size());
        check(first + gzipped("two"), text + "two");
    }
    CHECK(sizes.contains(65'535));
    CHECK(sizes.contains(65'536));
}

TEST_CASE("zeros after a gzip stream are padding", "[gzip]") {
    const temp_folder folder;
    for (const std::size_t count : {1, 2, 512, 100'000}) {
        put(folder / "file", gzipped("one") + gzipped("two") + std::string(count, '\0'));
        CHECK(read_whole(folder / "file") == "onetwo");
    }
}

TEST_CASE("other bytes after a gzip stream are refused", "[gzip]") {
    const temp_folder folder;
    for (const std::string& rest : {std::string("x"), std::string("\x1f"), std::string("\x1fx"),
                                    std::string("\0\0x", 3), std::string(70'000, '\0') + gzipped("late")})
        CHECK(contains(refusal(folder / "file", gzipped("one") + rest),
                       "holds " + std::to_string(rest.size()) + " bytes after the end of its gzip stream"));
}

TEST_CASE("each member of a gzip file must be whole and sound", "[gzip]") {
    const temp_folder folder;
    const auto first = gzipped("one"), second = gzipped("two");
    for (std::size_t length = 2; length < second.size(); ++length)
        CHECK(contains(refusal(folder / "cut", first + second.substr(0, length)), "is cut short"));
    for (const std::size_t from_end : {1U, 5U})  // the length and the checksum of the content
        for (const bool is_first : {true, false}) {
            auto damaged = first + second;
            const auto end = is_first ? first.size() : damaged.size();
            damaged[end - from_end] = static_cast<char>(damaged[end - from_end] ^ 1);
            CHECK(contains(refusal(folder / "damaged", damaged), "is corrupt"));
        }
}

}  // namespace io_byte_stream_test
