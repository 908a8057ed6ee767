// Numbers of 16 bits: every one comes back, and a float becomes the nearest, by an independent search.

#include "kernels/bfloat16.hpp"

#include "catch.hpp"

#include <cmath>
#include <limits>
#include <random>

namespace bfloat16_test {

using namespace cortexpr::kernels;

TEST_CASE("every number of 16 bits comes back from a float", "[bfloat16]") {
    for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
        const bfloat16 one{static_cast<std::uint16_t>(bits)};
        const float wide = widened(one);
        const auto back = narrowed(wide);
        const bool is_same = std::isnan(wide) ? std::isnan(widened(back)) : back.bits == one.bits;
        if (!is_same) FAIL("bits " << bits);
    }
    CHECK(widened(bfloat16{0x3F80}) == 1.0F);
    CHECK(widened(bfloat16{0xC000}) == -2.0F);
    CHECK(std::isinf(widened(bfloat16{0x7F80})));
}

TEST_CASE("a float becomes the nearest number, of two the even one", "[bfloat16]") {
    CHECK(narrowed(1 + 0x1p-9F).bits == 0x3F80);                        // nearer to 1
    CHECK(narrowed(1 + 0x1p-8F).bits == 0x3F80);                        // in the middle: even is below
    CHECK(narrowed(1 + 0x3p-8F).bits == 0x3F82);                        // in the middle: even is above
    CHECK(narrowed(std::nextafter(1 + 0x1p-8F, 2.0F)).bits == 0x3F81);  // just above the middle
    CHECK(std::isinf(widened(narrowed(std::numeric_limits<float>::max()))));
    CHECK(std::signbit(widened(narrowed(-0.0F))));
    for (const float nan : {std::nanf(""), std::nanf("1"), number_of(0x7F800001U), number_of(0xFFFFFFFFU)})
        CHECK(std::isnan(widened(narrowed(nan))));
    std::mt19937 draw(1);
    for (int round = 0; round < 20'000; ++round) {
        const float value = number_of(static_cast<std::uint32_t>(draw()));
        if (!std::isfinite(value) || std::abs(value) > 1e38F) continue;
        const auto found = narrowed(value);
        const double distance = std::abs(double{widened(found)} - value);
        for (const int step : {-1, 1}) {
            const auto other = static_cast<std::uint16_t>(found.bits + step);
            if ((other ^ found.bits) == 0x8000 || found.bits % 0x8000 == 0) continue;
            if (std::abs(double{widened(bfloat16{other})} - value) < distance) FAIL("a nearer one to " << value);
        }
    }
}

}  // namespace bfloat16_test
