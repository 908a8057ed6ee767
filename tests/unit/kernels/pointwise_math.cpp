// The arithmetic that CUDA kernels use is that of the CPU's kernels: every nonlinearity, slope and leaky step.

#include "kernels/pointwise_math.hpp"
#include "catch.hpp"
#include "kernels/cpu/kernels.hpp"

#include <cortexpr/dsl/activation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace kernels_pointwise_math_test {

using namespace cortexpr;

namespace {

std::vector<float> arguments() {
    std::vector<float> all;
    for (float x = -30; x < 30; x += 0.093F) all.push_back(x);
    for (const float x : {0.0F, -0.0F, 1e-20F, -1e-20F, 100.0F, -100.0F, 6.0F, -3.0F, 3.0F, 1.0F, -1.0F, 20.5F})
        all.push_back(x);
    all.resize((all.size() + 15) / 16 * 16);
    return all;
}

void check_near(float one, float other, float scale) {
    CHECK(std::abs(one - other) <= 2e-6F * std::max(std::abs(other), 1e-2F * scale));
}

template <class Check>
void for_each_nonlinearity(Check check) {
    for (int i = 0; i < activation_count; ++i) {
        INFO(std::string_view(name_of(activation(i))));
        kernels::with_name(kernels::nonlinearity(i), [&](auto name) { check(activation(i), name); });
    }
}

/// Calls one of the table's kernels for each vector of lanes.
template <class Call>
void by_vectors(std::size_t size, Call call) {
    const auto& table = kernels::kernels_for_this_cpu<float>();
    for (int first = 0; first < static_cast<int>(size); first += table.lanes) call(table, first);
}

}  // namespace

TEST_CASE("pointwise arithmetic: values are the CPU kernels'") {
    const auto values = arguments();
    for_each_nonlinearity([&](activation function, auto name) {
        std::vector<float> expected(values.size());
        by_vectors(values.size(), [&](const auto& table, int first) {
            table.apply({.height = 1,
                         .width = 1,
                         .lanes = {first, function, nullptr},
                         .value = {values.data(), 0, 0},
                         .sum = {expected.data(), 0, 0},
                         .replace = true});
        });
        for (std::size_t i = 0; i < values.size(); ++i) {
            INFO(values[i]);
            check_near(kernels::value_of<decltype(name)::value>(values[i]), expected[i], 1);
        }
    });
}

TEST_CASE("pointwise arithmetic: a step, and its adjoint from what it keeps, are the CPU kernels'") {
    const auto drives = arguments();
    const auto size = drives.size();
    std::vector<float> before(size), rate(size), adjoint(size);
    for (std::size_t i = 0; i < size; ++i) {
        before[i] = static_cast<float>(i % 7) / 7;
        rate[i] = 1.0F / static_cast<float>(1 + i % 5);
        adjoint[i] = static_cast<float>(i % 11) / 11 - 0.4F;
    }
    for_each_nonlinearity([&](activation function, auto name) {
        constexpr auto known = decltype(name)::value;
        std::vector<float> after(size), saved(size), drive_adjoint(size), before_adjoint(size), by_rate(size),
            bias(size);
        by_vectors(size, [&](const auto& table, int first) {
            const kernels::lane_group<float> lanes{first, function, nullptr};
            table.step({.height = 1,
                        .width = 1,
                        .lanes = lanes,
                        .drive = {drives.data(), 0, 0},
                        .before = {before.data(), 0, 0},
                        .rate = {rate.data(), 0, 0},
                        .after = {after.data(), 0, 0},
                        .saved = {saved.data(), 0, 0}});
            table.step_adjoint({.height = 1,
                                .width = 1,
                                .lanes = lanes,
                                .saved = {saved.data(), 0, 0},
                                .before = {before.data(), 0, 0},
                                .rate = {rate.data(), 0, 0},
                                .after_adjoint = {adjoint.data(), 0, 0},
                                .drive_adjoint = {drive_adjoint.data(), 0, 0},
                                .before_adjoint = {before_adjoint.data(), 0, 0},
                                .constant_drive_adjoint = {},
                                .rate_gradient = {by_rate.data(), 0, 0},
                                .bias_gradient = bias.data()});
        });
        for (std::size_t i = 0; i < size; ++i) {
            INFO(drives[i]);
            const float value = kernels::value_of<known>(drives[i]);
            check_near(kernels::leaky_step(before[i], value, rate[i]), after[i], 100);  // a difference
            check_near(kernels::tells_slope<known> ? value : drives[i], saved[i], 1);
            const auto back =
                kernels::leaky_step_adjoint(adjoint[i], before[i], value, kernels::slope_of<known>(saved[i]), rate[i]);
            check_near(back.drive, drive_adjoint[i], 1);
            check_near(back.before, before_adjoint[i], 100);
            check_near(back.rate, by_rate[i], 100);
        }
    });
}

}  // namespace kernels_pointwise_math_test
