// The header of a safetensors file: what is in it, that the elements it names are all there are, and its checksums. All
// the ways to be wrong are tested with whole files.

#include "io/safetensors_header.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <stdexcept>

namespace io_safetensors_header_test {

using namespace cortexpr;
using namespace cortexpr::io;

namespace {

std::string refusal(std::string_view text, std::uint64_t bytes) {
    return test::message_of<std::invalid_argument>([&] { parse_header(text, bytes); });
}

constexpr std::string_view two = R"({"b": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]},
                                     "a": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]},
                                     "__metadata__": {"note": "text", "cortexpr.format": "1"}})";

}  // namespace

TEST_CASE("entries are in the order of their elements, metadata beside them", "[safetensors]") {
    const auto header = parse_header(two, 16);
    REQUIRE(header.entries.size() == 2);
    CHECK(header.entries[0].name == "a");
    CHECK(header.entries[0].type == dtype::i64);
    CHECK(header.entries[0].shape.empty());
    CHECK(header.entries[1].begin == 8);
    CHECK(header.entries[1].end == 16);
    CHECK(header.metadata == metadata_map{{"note", "text"}, {"cortexpr.format", "1"}});
    CHECK(parse_header("{}", 0).entries.empty());
}

TEST_CASE("the elements that a header names are all that the file has, each once", "[safetensors]") {
    CHECK_FALSE(refusal(two, 15).empty());
    CHECK_FALSE(refusal(two, 17).empty());
    CHECK_FALSE(refusal("{}", 1).empty());
    const auto at = [](int begin, int end, int first_end = 4) {
        return refusal(R"({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, )" + std::to_string(first_end) +
                           R"(]}, "b": {"dtype": "F32", "shape": [1], "data_offsets": [)" + std::to_string(begin) +
                           ", " + std::to_string(end) + "]}}",
                       8);
    };
    CHECK(at(4, 8).empty());
    CHECK_FALSE(at(0, 4).empty());  // over one another
    CHECK_FALSE(at(5, 9).empty());  // with a gap
    CHECK_FALSE(at(8, 4).empty());  // the wrong way round
    CHECK_FALSE(at(4, 7).empty());  // fewer bytes than the shape has
}

TEST_CASE("checksums are CRC-32, in eight digits", "[safetensors]") {
    const std::string_view digits = "123456789";
    const auto bytes = std::as_bytes(std::span(digits));
    CHECK(checksum_of(bytes) == 0xCBF43926U);  // the check value of ISO 3309's polynomial
    CHECK(checksum_of(bytes.subspan(4), checksum_of(bytes.first(4))) == 0xCBF43926U);
    CHECK(checksum_of({}) == 0);
    CHECK(checksum_of({}, 7) == 7);
    CHECK(checksum_text(0xCBF43926U) == "cbf43926");
    CHECK(checksum_text(7) == "00000007");
}

TEST_CASE("a header's checksum doesn't depend on its own digits, but on all others", "[safetensors]") {
    const std::string text = R"({"__metadata__":{"cortexpr.header_crc32":"0123abcd","note":"x"}})";
    const auto place = find_header_checksum(text);
    REQUIRE(place != std::string::npos);
    CHECK(text.substr(place, 8) == "0123abcd");
    auto other = text;
    other.replace(place, 8, "ffffffff");
    CHECK(header_checksum(other, place) == header_checksum(text, place));
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i >= place && i < place + 8) continue;
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK(header_checksum(changed, place) != header_checksum(text, place));
    }
    CHECK(header_checksum(text + " ", place) != header_checksum(text, place));
    CHECK(find_header_checksum("{}") == std::string::npos);
}

}  // namespace io_safetensors_header_test
