// Element types: names and sizes, the bytes of a shape, and what every file of tensors asks for.

#include "io/dtype.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <array>
#include <limits>
#include <set>

namespace io_dtype_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;

namespace {

constexpr int types = static_cast<int>(dtype::c64) + 1;
constexpr auto most = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> bytes_of(dtype type, std::initializer_list<std::int64_t> shape) {
    return io::byte_count(type, {shape.begin(), shape.size()});
}

}  // namespace

TEST_CASE("each element type has a name of its own that leads back to it", "[dtype]") {
    std::set<std::string_view> names;
    for (int i = 0; i < types; ++i) {
        const auto type = static_cast<dtype>(i);
        CHECK(io::dtype_named(io::name_of(type)) == type);
        CHECK(names.insert(io::name_of(type)).second);
        // The bits are in the name: F32, BF16, U8, F8_E4M3; C64 has twice 32.
        if (type != dtype::boolean) {
            const auto name = io::name_of(type);
            const auto bits = std::stoi(std::string(name.substr(name.find_first_of("0123456789"))));
            CHECK(io::size_of(type) * 8 == static_cast<std::size_t>(bits));
        }
    }
    CHECK(io::size_of(dtype::boolean) == 1);
    CHECK(io::name_of(dtype::boolean) == "BOOL");
    for (const auto* name : {"", "f32", "F32 ", "F128", "float32"}) CHECK_FALSE(io::dtype_named(name));
}

TEST_CASE("the bytes of a shape are counted in 64 bits, or not at all", "[dtype]") {
    CHECK(bytes_of(dtype::f64, {}) == 8U);
    CHECK(bytes_of(dtype::f32, {2, 3, 4}) == 96U);
    CHECK(bytes_of(dtype::f32, {7, 0, 3}) == 0U);
    CHECK(bytes_of(dtype::u8, {most}) == static_cast<std::uint64_t>(most));
    CHECK(bytes_of(dtype::u8, {most, 2}) == static_cast<std::uint64_t>(most) * 2);
    CHECK_FALSE(bytes_of(dtype::u8, {most, 3}));
    CHECK_FALSE(bytes_of(dtype::f64, {most}));
    CHECK_FALSE(bytes_of(dtype::f32, {2, -1}));
    CHECK_FALSE(bytes_of(dtype::f32, {0, -1}));
}

TEST_CASE("tensors fit their shapes, and each has a name of its own", "[dtype]") {
    const std::array<std::byte, 8> bytes{};
    const io::tensor_record two{"a", dtype::f32, {2}, bytes}, one{"b", dtype::i64, {}, bytes};
    CHECK(message_of<usage_error>([&] { io::require_sound(std::array{two, one}); }).empty());
    CHECK(message_of<usage_error>([&] {
              io::require_sound(std::array{two, one, two});
          }) == "tensor 'a' is given twice");
    const io::tensor_record wrong{"w", dtype::f64, {2, 3}, bytes}, negative{"n", dtype::u8, {-8}, bytes};
    CHECK(message_of<usage_error>([&] { io::require_sound(std::array{wrong}); }) ==
          "tensor 'w' has 8 bytes, which do not fit F64 of shape (2, 3)");
    CHECK(contains(message_of<usage_error>([&] { io::require_sound(std::array{negative}); }), "do not fit"));
}

}  // namespace io_dtype_test
