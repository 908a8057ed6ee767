// The coefficients of Runge-Kutta methods meet the conditions of their orders. Source: J. C. Butcher, Numerical Methods
// for Ordinary Differential Equations (2016), section 31.

#include "solve/tableau.hpp"

#include "catch.hpp"

#include <cmath>
#include <vector>

namespace tableau = cortexpr::solve::tableau;
using numbers = std::vector<double>;

namespace {

/// A method's slopes: at which times they are taken, and how the earlier ones weigh in.
struct method {
    numbers times;
    std::vector<numbers> rows;

    template <class Times, class Stages>
    method(const Times& of_stages, const Stages& stages) : times{0}, rows{{}} {
        for (std::size_t i = 0; i < of_stages.size(); ++i) {
            times.push_back(of_stages[i]);
            rows.emplace_back(stages[i].begin(), stages[i].end());
        }
    }

    /// By slope: the weighted sum of what earlier slopes have.
    numbers operator()(const numbers& values) const {
        numbers sums(rows.size(), 0);
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) sums[i] += rows[i][j] * values[j];
        return sums;
    }
};

numbers power(const numbers& values, int exponent) {
    numbers all;
    for (const double value : values) all.push_back(std::pow(value, exponent));
    return all;
}
numbers times(numbers one, const numbers& other) {
    for (std::size_t i = 0; i < one.size(); ++i) one[i] *= other[i];
    return one;
}
template <class Weights>
double sum(const Weights& weights, const numbers& values) {
    double all = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) all += weights[i] * values[i];
    return all;
}

/// What the slopes of each tree of up to `order` nodes are weighed to, and should be for a step of length `theta`.
std::vector<std::pair<numbers, double>> conditions(const method& of, int order, double theta = 1) {
    const auto& c = of.times;
    const auto ac = of(c);
    std::vector<std::tuple<int, numbers, double>> all{{1, power(c, 0), 1},
                                                      {2, c, 1. / 2},
                                                      {3, power(c, 2), 1. / 3},
                                                      {3, ac, 1. / 6},
                                                      {4, power(c, 3), 1. / 4},
                                                      {4, times(c, ac), 1. / 8},
                                                      {4, of(power(c, 2)), 1. / 12},
                                                      {4, of(ac), 1. / 24},
                                                      {5, power(c, 4), 1. / 5},
                                                      {5, times(power(c, 2), ac), 1. / 10},
                                                      {5, times(ac, ac), 1. / 20},
                                                      {5, times(c, of(power(c, 2))), 1. / 15},
                                                      {5, times(c, of(ac)), 1. / 30},
                                                      {5, of(power(c, 3)), 1. / 20},
                                                      {5, of(times(c, ac)), 1. / 40},
                                                      {5, of(of(power(c, 2))), 1. / 60},
                                                      {5, of(of(ac)), 1. / 120}};
    std::vector<std::pair<numbers, double>> wanted;
    for (const auto& [nodes, slopes, sum] : all)
        if (nodes <= order) wanted.emplace_back(slopes, sum * std::pow(theta, nodes));
    return wanted;
}

/// Up to rounding.
Approx exactly(double value) { return Approx(value).epsilon(0).margin(1e-13); }

const method rk4(tableau::rk4::times, tableau::rk4::stages);

/// With its seventh slope, that of the step's result.
method dopri5() {
    method all(tableau::dopri5::times, tableau::dopri5::stages);
    all.times.push_back(1);
    all.rows.emplace_back(tableau::dopri5::weights.begin(), tableau::dopri5::weights.end());
    return all;
}

}  // namespace

TEST_CASE("the weights of each slope sum up to its time", "[tableau]") {
    for (const auto& one : {rk4, dopri5()})
        for (std::size_t i = 0; i < one.rows.size(); ++i) {
            double all = 0;
            for (std::size_t j = 0; j < one.rows[i].size(); ++j) {
                all += one.rows[i][j];
                if (j >= i) CHECK(one.rows[i][j] == 0);  // explicit: of earlier slopes only
            }
            CHECK(all == exactly(one.times[i]));
        }
}

TEST_CASE("the classic method is of order 4", "[tableau]") {
    for (const auto& [slopes, expected] : conditions(rk4, 4))
        CHECK(sum(tableau::rk4::weights, slopes) == exactly(expected));
    // And no more: of the conditions of order 5 one fails.
    double worst = 0;
    for (const auto& [slopes, expected] : conditions(rk4, 5))
        worst = std::max(worst, std::abs(sum(tableau::rk4::weights, slopes) - expected));
    CHECK(worst > 1e-3);
}

TEST_CASE("Dormand and Prince's step is of order 5, what it is compared with of order 4", "[tableau]") {
    const auto method = dopri5();
    for (const auto& [slopes, expected] : conditions(method, 5))
        CHECK(sum(tableau::dopri5::weights, slopes) == exactly(expected));
    for (const auto& [slopes, expected] : conditions(method, 4))
        CHECK(sum(tableau::dopri5::error, slopes) == exactly(0));
    double worst = 0;
    for (const auto& [slopes, expected] : conditions(method, 5))
        worst = std::max(worst, std::abs(sum(tableau::dopri5::error, slopes)));
    CHECK(worst > 1e-5);  // else it would say nothing about the error
}

TEST_CASE("the state between is of order 4 at half of the step", "[tableau]") {
    for (const auto& [slopes, expected] : conditions(dopri5(), 4, 0.5))
        CHECK(sum(tableau::dopri5::middle, slopes) == exactly(expected));
}
