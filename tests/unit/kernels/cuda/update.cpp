// An optimiser's step over all parameters, run on the CPU's stand-in for a thread block, against plain loops in double
// precision.

#include "catch.hpp"
#include "kernels/cuda/host_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace cortexpr::kernels::cuda;

namespace {

constexpr float free_value = -INFINITY;

struct learnt {
    std::vector<float> values, gradient, first, second, decay;
    float count = 0, rate = 0.05F, gain = 1, least = free_value;
};

std::vector<float> drawn(std::size_t size, double low, double high, std::mt19937& generator) {
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<float> values(size);
    for (auto& value : values) value = static_cast<float>(uniform(generator));
    return values;
}

/// Parameters of many sizes, more than one launch takes; one is empty.
std::vector<learnt> examples() {
    std::mt19937 generator(1);
    std::vector<learnt> all;
    for (int i = 0; i < 45; ++i) {
        const std::size_t size = i == 3 ? 0 : i == 7 ? 1000 : static_cast<std::size_t>(1 + 37 * i % 300);
        auto& one = all.emplace_back();
        one.values = drawn(size, i % 3 == 0 ? 1 : -1, 2, generator);
        one.first = drawn(size, 0, 0.1, generator);
        one.second = drawn(size, 0, 0.1, generator);
        one.count = static_cast<float>(i % 4);
        one.gain = i % 5 == 0 ? 0.5F : 1.0F;
        one.least = i % 3 == 0 ? 1 : i % 3 == 1 ? 0 : free_value;
        if (i % 4 == 1) one.decay = {0.1F};
        if (i % 4 == 2) one.decay = drawn(size, 0, 0.3, generator);
        for (auto& value : one.values) value = std::max(value, one.least);
    }
    return all;
}

void draw_gradients(std::vector<learnt>& all, unsigned seed) {
    std::mt19937 generator(seed);
    for (auto& one : all) one.gradient = drawn(one.values.size(), -3, 3, generator);
}

struct clipping {
    float value = 0, norm = 0;
};

void step_by_kernels(std::vector<learnt>& all, const step_rule& rule, const clipping& clip, const float* loss,
                     bool rates_on_device) {
    std::vector<update_segment> segments;
    for (auto& one : all) {
        auto& segment = segments.emplace_back();
        segment.values = one.values.data();
        segment.gradient = one.gradient.data();
        segment.kept[0] = one.first.data();
        if (rule.kind == step_kind::adam || rule.momentum > 0) segment.kept[1] = one.second.data();
        segment.count = &one.count;
        if (!one.decay.empty()) segment.decay = one.decay.data();
        segment.decay_stride = one.decay.size() > 1 ? 1 : 0;
        segment.rate = rates_on_device ? &one.rate : nullptr;
        segment.given_rate = rates_on_device ? NAN : one.rate;
        segment.size = static_cast<std::ptrdiff_t>(one.values.size());
        segment.gain = one.gain;
        segment.least = one.least;
    }
    const auto blocks = assign_blocks(segments.data(), static_cast<int>(segments.size()));
    std::vector<update_scale> scales(segments.size());
    std::vector<float> squares(static_cast<std::size_t>(blocks), NAN);
    const update_job job{.rule = rule,
                         .segments = segments.data(),
                         .segment_count = static_cast<int>(segments.size()),
                         .loss = loss,
                         .clip_value = clip.value,
                         .clip_norm = clip.norm,
                         .scales = scales.data(),
                         .square_partial = squares.data()};
    host::update(&job, nullptr);
}

/// One parameter in double precision, from the same floats.
std::vector<double> stepped_plainly(const learnt& one, const step_rule& rule, const clipping& clip, double factor) {
    std::vector<double> result;
    const double count = one.count + 1.0, mu = rule.momentum;
    for (std::size_t i = 0; i < one.values.size(); ++i) {
        double value = one.values[i], g = one.gradient[i], m = one.first[i], s = one.second[i];
        if (clip.value > 0) g = std::clamp<double>(g, -clip.value, clip.value);
        g *= factor;
        const double share = one.decay.empty() ? 0 : one.decay[one.decay.size() > 1 ? i : 0];
        if (rule.decouples_decay) {
            value *= 1 - share * one.rate / one.gain;
        } else {
            g += share * value;
        }
        if (rule.kind == step_kind::adam) {
            m = rule.mean_decay * m + (1 - rule.mean_decay) * g;
            s = rule.square_decay * s + (1 - rule.square_decay) * g * g;
            value -= one.rate * (m / (1 - std::pow(rule.mean_decay, count))) /
                     (std::sqrt(s / (1 - std::pow(rule.square_decay, count))) + rule.epsilon);
        } else if (rule.kind == step_kind::sgd) {
            m = mu * m + g;
            value -= one.rate * (rule.nesterov ? g + mu * m : m);
        } else {
            m = rule.square_decay * m + (1 - rule.square_decay) * g * g;
            const double scaled = g / (std::sqrt(m) + rule.epsilon);
            value -= one.rate * (mu > 0 ? mu * s + scaled : scaled);
        }
        result.push_back(std::max<double>(value, one.least));
    }
    return result;
}

double factor_of(const std::vector<learnt>& all, const clipping& clip) {
    if (!(clip.norm > 0)) return 1;
    double sum = 0;
    for (const auto& one : all)
        for (const double g : one.gradient) {
            const double cut = clip.value > 0 ? std::clamp<double>(g, -clip.value, clip.value) : g;
            sum += cut * cut;
        }
    return std::min(1.0, clip.norm / (std::sqrt(sum) + 1e-6));
}

void check(const step_rule& rule, const clipping& clip = {}) {
    auto all = examples();
    for (unsigned step = 1; step <= 3; ++step) {
        draw_gradients(all, step);
        const double factor = factor_of(all, clip);
        std::vector<std::vector<double>> expected;
        std::vector<float> counts;
        for (const auto& one : all) {
            expected.push_back(stepped_plainly(one, rule, clip, factor));
            counts.push_back(one.count + 1);
        }
        const float loss = 2;
        step_by_kernels(all, rule, clip, step == 2 ? nullptr : &loss, step == 3);
        double worst = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            CHECK(all[i].count == counts[i]);
            for (std::size_t k = 0; k < expected[i].size(); ++k) {
                const double error = std::abs(all[i].values[k] - expected[i][k]);
                worst = error <= worst ? worst : error;
            }
        }
        CHECK(worst < 2e-6);
    }
}

constexpr step_rule adam{.kind = step_kind::adam, .mean_decay = 0.9, .square_decay = 0.999, .epsilon = 1e-8};
constexpr step_rule sgd{.kind = step_kind::sgd, .momentum = 0.9};
constexpr step_rule rmsprop{.kind = step_kind::rmsprop, .square_decay = 0.99, .epsilon = 1e-8};

}  // namespace

TEST_CASE("update: each rule with decay and projection is the loop written out") {
    check(adam);
    auto changed = adam;
    changed.decouples_decay = true;
    check(changed);
    check(sgd);
    changed = sgd;
    changed.nesterov = true;
    check(changed);
    changed.momentum = 0;
    check(changed);
    check(rmsprop);
    changed = rmsprop;
    changed.momentum = 0.5;
    check(changed);
}

TEST_CASE("update: gradients are cut, and scaled to their norm") {
    check(adam, {.value = 1});
    check(sgd, {.norm = 5});
    check(sgd, {.value = 1, .norm = 5});
    check(sgd, {.norm = 1e6F});  // they are shorter
}

TEST_CASE("update: a loss that isn't finite steps nothing") {
    for (const float loss :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -INFINITY}) {
        auto all = examples();
        const auto before = all;
        draw_gradients(all, 1);
        all[0].gradient[0] = NAN;
        step_by_kernels(all, adam, {.norm = 1}, &loss, false);
        for (std::size_t i = 0; i < all.size(); ++i) {
            CHECK(all[i].values == before[i].values);
            CHECK(all[i].first == before[i].first);
            CHECK(all[i].second == before[i].second);
            CHECK(all[i].count == before[i].count);
        }
    }
}

TEST_CASE("update: a gradient that is NaN stays seen in what it steps") {
    auto all = examples();
    draw_gradients(all, 1);
    all[1].gradient[0] = NAN;  // of a parameter that isn't negative
    step_by_kernels(all, sgd, {.value = 1}, nullptr, false);
    CHECK(std::isnan(all[1].values[0]));
    CHECK(!std::isnan(all[2].values[0]));
}
