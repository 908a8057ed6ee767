// Numbers as files hold them: the lowest byte first, on every machine.

#include "io/little_endian.hpp"

#include "catch.hpp"

#include <cstdint>
#include <limits>

namespace io_little_endian_test {

using cortexpr::io::little_endian;
using namespace std::string_literals;

TEST_CASE("the lowest byte of a number comes first, and none is left out", "[little_endian]") {
    CHECK(little_endian(std::uint8_t{0xAB}) == "\xAB");
    CHECK(little_endian(std::uint16_t{0x0102}) == "\x02\x01");
    CHECK(little_endian(std::uint32_t{0x01020304}) == "\x04\x03\x02\x01");
    CHECK(little_endian(std::uint64_t{0x0102030405060708}) == "\x08\x07\x06\x05\x04\x03\x02\x01");
    CHECK(little_endian(std::uint32_t{0}) == std::string(4, '\0'));
    CHECK(little_endian(std::uint32_t{1}) == "\x01\0\0\0"s);
    CHECK(little_endian(std::numeric_limits<std::uint64_t>::max()) == std::string(8, '\xFF'));
}

}  // namespace io_little_endian_test
