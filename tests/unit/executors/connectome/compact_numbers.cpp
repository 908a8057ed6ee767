#include "executors/connectome/compact_numbers.hpp"

#include "catch.hpp"

#include <cmath>
#include <cstring>

namespace executors_connectome_compact_numbers_test {

using cortexpr::executors::compact_numbers;

namespace {

/// Bytes of each number, if all come back as they were.
template <class Number>
std::size_t width_of(const std::vector<Number>& values) {
    const compact_numbers<Number> compact{std::span<const Number>(values)};
    REQUIRE(compact.size() == values.size());
    const auto unpacked = compact.unpacked();
    std::vector<Number> copied(values.size());
    compact.unpack(copied);
    CHECK(std::memcmp(copied.data(), unpacked.data(), copied.size() * sizeof(Number)) == 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        CHECK((compact[i] == values[i] || (std::isnan(compact[i]) && std::isnan(values[i]))));
        CHECK(std::signbit(compact[i]) == std::signbit(values[i]));
        CHECK((unpacked[i] == compact[i] || std::isnan(unpacked[i])));
    }
    return compact.bytes() / values.size();
}

}  // namespace

TEST_CASE("whole numbers take as few bytes as hold all of them") {
    CHECK(width_of<std::int32_t>({0, 255, 7}) == 1);
    CHECK(width_of<std::int32_t>({0, 256}) == 2);
    CHECK(width_of<std::int32_t>({65'535}) == 2);
    CHECK(width_of<std::int32_t>({65'536, 0}) == 4);
    CHECK(width_of<std::int32_t>({-1, 0}) == 4);
    CHECK(width_of<std::int32_t>({2'147'483'647, -2'147'483'647 - 1}) == 4);
    CHECK(compact_numbers<std::int32_t>().size() == 0);
}

TEST_CASE("floating-point numbers lose nothing") {
    CHECK(width_of<double>({0, 3, 200}) == 1);
    CHECK(width_of<double>({0, 3000}) == 2);
    CHECK(width_of<double>({0.5, 3}) == 4);
    CHECK(width_of<double>({-3, 1e30F}) == 4);
    CHECK(width_of<double>({-0.0, 1}) == 4);
    CHECK(width_of<double>({0.1, 1}) == 8);
    CHECK(width_of<double>({16'777'217}) == 8);
    CHECK(width_of<double>({1e300}) == 8);
    CHECK(width_of<double>({HUGE_VAL, 1}) == 8);
    CHECK(width_of<double>({NAN, 1}) == 8);
}

}  // namespace executors_connectome_compact_numbers_test
