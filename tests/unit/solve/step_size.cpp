// Lengths of steps: bounds, and how they follow the error.

#include "solve/step_size.hpp"

#include "catch.hpp"

#include <cmath>
#include <limits>

namespace solve_step_size_test {

using namespace cortexpr::solve;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a step after an error of 1 is nearly as long, and is never ten times or a fifth as long", "[step_size]") {
    CHECK(next_step(2, 1) == Approx(1.8));
    CHECK(next_step(1, 1. / 32) == Approx(1.8));  // of order 5: half the length, a 32nd of the error
    CHECK(next_step(1, 32) == Approx(0.45));
    CHECK(next_step(3, 0) == 30);
    CHECK(next_step(3, 1e-30) == 30);
    CHECK(next_step(5, 1e30) == 1);
    CHECK(next_step(5, infinity) == 1);
    CHECK(next_step(5, not_a_number) == 1);
    for (double error = 1e-9; error < 1e9; error *= 3) CHECK(next_step(1, error) >= next_step(1, 3 * error));
    CHECK(next_step(1, std::nextafter(1, 0)) < 1);  // an error that is just allowed doesn't lengthen the step
}

TEST_CASE("the first look ahead is a hundredth of the way to another state, within the interval", "[step_size]") {
    CHECK(trial_step(2, 4, 10) == Approx(0.005));
    CHECK(trial_step(2, 4, 0.001) == 0.001);
    CHECK(trial_step(0, 4, 10) == 1e-6);
    CHECK(trial_step(2, 0, 10) == 1e-6);
    CHECK(trial_step(0, 0, 1e-9) == 1e-9);
}

TEST_CASE("the first step follows slope and bend, and is at most a hundred looks ahead", "[step_size]") {
    CHECK(first_step(1, 0.01, 0) == Approx(1));
    CHECK(first_step(1, 0, 0.32) == Approx(0.5));  // (0.01 / 0.32)^(1/5)
    CHECK(first_step(1, 0.32, 0.1) == first_step(1, 0.1, 0.32));
    CHECK(first_step(1e-4, 1e-9, 0) == Approx(1e-2));
    CHECK(first_step(1e-2, 0, 0) == Approx(1e-5));  // nothing moves
    CHECK(first_step(1e-5, 0, 0) == Approx(1e-6));
    CHECK(first_step(1, 1, infinity) == Approx(1e-3));
    CHECK(first_step(1, 1, not_a_number) == Approx(1e-3));
}

}  // namespace solve_step_size_test
