// Single .npy arrays.

#include "io/npy.hpp"

#include "data/files.hpp"

#include <cortexpr/error.hpp>

#include <cmath>

namespace io_npy_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace std::string_view_literals;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string refusal(std::string_view bytes) {
    const temp_folder folder;
    put(folder / "x.npy", bytes);
    const auto message = message_of<file_error>([&] { io::read_npy(folder / "x.npy"); });
    if (!message.empty()) CHECK(is_sentence_about(message, folder / "x.npy"));
    return message;
}

}  // namespace

TEST_CASE("a file of one array is read", "[npy]") {
    const temp_folder folder;
    put(folder / "x.npy", npy("<i2", "(3, 1)", "\x01\x00\xff\xff\x00\x01"sv));
    const auto array = io::read_npy(folder / "x.npy");
    CHECK(array.header.shape == std::vector<std::uint64_t>{3, 1});
    CHECK(io::npy_whole_numbers(array.header.type, array.elements, 2) == std::vector<std::int64_t>{1, -1, 256});
}

TEST_CASE("floating-point numbers of every width and byte order are read", "[npy]") {
    CHECK(io::npy_reals("<f8", bytes_of("\0\0\0\0\0\0\xf8\xbf"sv), 8) == std::vector<double>{-1.5});
    CHECK(io::npy_reals(">f4", bytes_of("\x3f\xc0\0\0"sv), 4) == std::vector<double>{1.5});
    CHECK(io::npy_reals("<f2", bytes_of("\x00\x3c\x01\x00\xff\x7b\x00\xfc"sv), 2) ==
          std::vector<double>{1, 0x1p-24, 65504, -INFINITY});
    CHECK(std::isnan(io::npy_reals("<f2", bytes_of("\x01\x7c"sv), 2).front()));
    CHECK(io::npy_reals("|u1", bytes_of("\xff"sv), 1) == std::vector<double>{255});
    CHECK(io::npy_reals("|i1", bytes_of("\xff"sv), 1) == std::vector<double>{-1});
    CHECK(!io::npy_width("<f1"));
    CHECK(!io::npy_width("<c8"));
    CHECK(!io::npy_width("<U5"));
}

TEST_CASE("records have named fields", "[npy]") {
    const temp_folder folder;
    auto bytes = npy("X", "(2,)", "\x01\x02\x03\x00\x04\x05\x06\x00"sv);
    const auto place = bytes.find("'X'");
    bytes.replace(place, 3, "[('a', '|u1'), ('b', '|i1'), ('c', '<u2')]");
    bytes.replace(bytes.find("  "), 39, "");  // the header keeps its length
    put(folder / "x.npy", bytes);
    const auto array = io::read_npy(folder / "x.npy");
    REQUIRE(array.header.fields.size() == 3);
    CHECK(array.header.fields[2].name == "c");
    CHECK(array.header.fields[2].type == "<u2");
    const auto third = std::span(array.elements).subspan(2);
    CHECK(io::npy_whole_numbers("<u2", third, 4) == std::vector<std::int64_t>{3, 6});
}

TEST_CASE("arrays that are cut short, too long, or of other elements are refused", "[npy]") {
    const auto array = npy("|u1", "(2, 3)", "abcdef");
    CHECK(refusal(array).empty());
    for (std::size_t length = 0; length < array.size(); ++length) CHECK_FALSE(refusal(array.substr(0, length)).empty());
    CHECK(contains(refusal(array + "x"), "has 2x3 elements of 1 bytes by its header, but holds 7 bytes"));
    CHECK(contains(refusal(npy("<U2", "(1,)", "abcdefgh")), "has elements '<U2', which are no numbers"));
    CHECK(contains(refusal(npy("|u1", "(4294967296, 4294967296)", "a")), "beyond 64 bits"));
}

}  // namespace io_npy_test
