// Random numbers that are the same on every machine.

#include "catch.hpp"

#include "circuit/random.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace circuit_random_test {

using namespace cortexpr::circuit;

TEST_CASE("logarithm and exponential agree with the C library's", "[circuit]") {
    random_stream draw(3);
    for (int i = 0; i < 10'000; ++i) {
        const double exponent = 600 * (2 * draw.uniform() - 1), value = std::exp(exponent / 2);
        CHECK(exact_log(value) == Approx(std::log(value)).epsilon(1e-14).margin(1e-15));
        CHECK(exact_exp(exponent) == Approx(std::exp(exponent)).epsilon(3e-13));
    }
    CHECK(exact_log(1) == 0);
    CHECK(exact_exp(0) == 1);
    CHECK(exact_exp(-1000) == 0);
}

TEST_CASE("normal, uniform and geometric numbers have their moments", "[circuit]") {
    random_stream draw(1);
    constexpr int count = 200'000;
    double sum = 0, square = 0, fourth = 0, uniform = 0, failures = 0;
    std::array<int, 7> of_each{};
    for (int i = 0; i < count; ++i) {
        const double normal = draw.normal();
        sum += normal;
        square += normal * normal;
        fourth += normal * normal * normal * normal;
        uniform += draw.uniform();
        failures += draw.failures_before_success(0.2);
        ++of_each[draw.below(7)];
    }
    CHECK(sum / count == Approx(0).margin(0.01));
    CHECK(square / count == Approx(1).margin(0.02));
    CHECK(fourth / count == Approx(3).margin(0.15));
    CHECK(uniform / count == Approx(0.5).margin(0.005));
    CHECK(failures / count == Approx(4).margin(0.06));  // (1 - p) / p
    for (const int each : of_each) CHECK(each == Approx(count / 7.0).epsilon(0.03));
    CHECK(random_stream(2).failures_before_success(1e-9) > 1e6);
}

TEST_CASE("the bits are pinned", "[circuit]") {
    random_stream draw(1);
    std::uint64_t hash = 0;
    for (int i = 0; i < 1000; ++i) {
        hash = cortexpr::mixed_bits(hash ^ draw());
        hash = cortexpr::mixed_bits(hash ^ static_cast<std::uint64_t>(std::llround(draw.normal() * 0x1p40)));
        hash = cortexpr::mixed_bits(hash ^ static_cast<std::uint64_t>(draw.failures_before_success(0.01)));
    }
    CHECK(hash == 0x6D6853B2B035E404U);
}

}  // namespace circuit_random_test
