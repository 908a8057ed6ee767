// Messages of Protocol Buffers against bytes of the encoding's own description, and by hand.

#include "io/protobuf.hpp"

#include "catch.hpp"

#include <array>
#include <limits>

namespace io_protobuf_test {

using cortexpr::io::protobuf_message;
using namespace std::string_literals;

namespace {

std::string bytes_of(std::int64_t number) { return protobuf_message().number(1, number).bytes().substr(1); }

}  // namespace

TEST_CASE("numbers are varints: seven bits a byte, the lowest first", "[protobuf]") {
    CHECK(protobuf_message().number(1, 150).bytes() == "\x08\x96\x01");  // the description's example
    CHECK(bytes_of(0) == "\0"s);
    CHECK(bytes_of(127) == "\x7F");
    CHECK(bytes_of(128) == "\x80\x01");
    CHECK(bytes_of(300) == "\xAC\x02");
    CHECK(bytes_of(16'383) == "\xFF\x7F");
    CHECK(bytes_of(16'384) == "\x80\x80\x01");
    // A negative number has the bits of its 64-bit two's complement.
    CHECK(bytes_of(-1) == std::string(9, '\xFF') + "\x01");
    CHECK(bytes_of(std::numeric_limits<std::int64_t>::min()) == std::string(9, '\x80') + "\x01");
    CHECK(bytes_of(std::numeric_limits<std::int64_t>::max()) == std::string(8, '\xFF') + "\x7F");
}

TEST_CASE("a field is its number and the kind of what follows", "[protobuf]") {
    CHECK(protobuf_message().text(2, "testing").bytes() == "\x12\x07testing");  // likewise
    CHECK(protobuf_message().text(16, "").bytes() == "\x82\x01\0"s);            // a number of two bytes
    CHECK(protobuf_message().text(2, "a\0b"s).bytes() == "\x12\x03"s + "a\0b"s);
    CHECK(protobuf_message().real(3, 1.0F).bytes() == "\x1D\0\0\x80\x3F"s);
    CHECK(protobuf_message().real(3, 1.0).bytes() == "\x19\0\0\0\0\0\0\xF0\x3F"s);
    const std::array<std::int64_t, 3> three{1, 0, 150};
    CHECK(protobuf_message().numbers(1, three).bytes() == "\x08\x01\x08\0\x08\x96\x01"s);
    CHECK(protobuf_message().bytes().empty());
}

TEST_CASE("a message within another is its bytes, their number before", "[protobuf]") {
    const auto inner = protobuf_message().number(1, 150);
    CHECK(protobuf_message().part(3, inner).bytes() == "\x1A\x03\x08\x96\x01");  // likewise
    CHECK(protobuf_message().part(3, {}).bytes() == "\x1A\0"s);
    const std::string long_text(200, 'x');
    CHECK(protobuf_message().text(1, long_text).bytes() == "\x0A\xC8\x01" + long_text);
    // Fields stand in the order in which they were written.
    CHECK(protobuf_message().number(2, 1).number(1, 2).bytes() == "\x10\x01\x08\x02");
}

}  // namespace io_protobuf_test
