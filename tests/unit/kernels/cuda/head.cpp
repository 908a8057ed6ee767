// A classifier's head and its loss, run on the CPU's stand-in for a thread block, against plain loops in double
// precision; both orders of threads give the same bits.

#include "catch.hpp"
#include "kernels/cuda/host_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace cortexpr::kernels::cuda;

namespace {

using numbers = std::vector<float>;

std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

numbers drawn(int size, double scale, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(-scale, scale);
    numbers values(at(size));
    for (auto& value : values) value = static_cast<float>(uniform(generator));
    return values;
}

void check_near(const numbers& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    double worst = 0, scale = 1e-3;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(found[i] - expected[i]);
        worst = error <= worst ? worst : error;  // NaN is the worst
        scale = std::max(scale, std::abs(expected[i]));
    }
    CHECK(worst <= 3e-6 * scale);
}

struct head_example {
    head_sizes sizes;
    float dropout;
    std::int64_t seed = 12345;
    numbers first, first_bias, second, second_bias, features, adjoint;
    numbers units, logits, work, feature_adjoint, first_gradient, first_bias_gradient, second_gradient,
        second_bias_gradient;

    head_example(const head_sizes& given, float p) : sizes(given), dropout(p) {
        const double wide = 1 / std::sqrt(double(sizes.features)), deep = 1 / std::sqrt(double(sizes.hidden));
        first = drawn(sizes.hidden * sizes.features, wide, 1);
        first_bias = drawn(sizes.hidden, 0.3, 2);
        second = drawn(sizes.classes * sizes.hidden, deep, 3);
        second_bias = drawn(sizes.classes, 0.3, 4);
        features = drawn(sizes.rows * sizes.features, 1, 5);
        adjoint = drawn(sizes.rows * sizes.classes, 1, 6);
        units.assign(at(sizes.rows * sizes.hidden), NAN);
        work = units;
        logits.assign(adjoint.size(), NAN);
        feature_adjoint.assign(features.size(), NAN);
        first_gradient.assign(first.size(), NAN);
        first_bias_gradient.assign(first_bias.size(), NAN);
        second_gradient.assign(second.size(), NAN);
        second_bias_gradient.assign(second_bias.size(), NAN);
    }

    head_weights weights() const { return {first.data(), first_bias.data(), second.data(), second_bias.data()}; }
    head_job forward() {
        return {.sizes = sizes,
                .weights = weights(),
                .features = features.data(),
                .dropout = dropout,
                .seed = dropout > 0 ? &seed : nullptr,
                .units = units.data(),
                .logits = logits.data()};
    }
    head_adjoint_job backward() {
        return {.sizes = sizes,
                .weights = weights(),
                .features = features.data(),
                .dropout = dropout,
                .units = units.data(),
                .logit_adjoint = adjoint.data(),
                .unit_adjoint = work.data(),
                .feature_adjoint = feature_adjoint.data(),
                .first = first_gradient.data(),
                .first_bias = first_bias_gradient.data(),
                .second = second_gradient.data(),
                .second_bias = second_bias_gradient.data()};
    }
};

void check_head(const head_sizes& sizes, float dropout) {
    head_example one(sizes, dropout);
    const auto forward = one.forward();
    host::head(&forward, nullptr);
    const auto backward = one.backward();
    host::head_adjoint(&backward, nullptr);

    const int rows = sizes.rows, hidden = sizes.hidden, wide = sizes.features, classes = sizes.classes;
    std::vector<double> logits, feature_adjoint(at(rows * wide)), first(at(hidden * wide)), first_bias(at(hidden)),
        second(at(classes * hidden)), second_bias(at(classes));
    for (int row = 0; row < rows; ++row) {
        std::vector<double> units, mask;
        for (int u = 0; u < hidden; ++u) {
            double sum = one.first_bias[at(u)];
            for (int k = 0; k < wide; ++k)
                sum += double(one.first[at(u * wide + k)]) * one.features[at(row * wide + k)];
            const bool keeps = dropout == 0 || is_kept(one.seed, row * hidden + u, dropout);
            mask.push_back(sum > 0 && keeps ? 1 / (1 - double(dropout)) : 0);
            units.push_back(sum * mask.back());
        }
        std::vector<double> unit_adjoint(at(hidden));
        for (int c = 0; c < classes; ++c) {
            double sum = one.second_bias[at(c)];
            const double arriving = one.adjoint[at(row * classes + c)];
            second_bias[at(c)] += arriving;
            for (int u = 0; u < hidden; ++u) {
                sum += one.second[at(c * hidden + u)] * units[at(u)];
                second[at(c * hidden + u)] += arriving * units[at(u)];
                unit_adjoint[at(u)] += arriving * one.second[at(c * hidden + u)] * mask[at(u)];
            }
            logits.push_back(sum);
        }
        for (int u = 0; u < hidden; ++u) {
            first_bias[at(u)] += unit_adjoint[at(u)];
            for (int k = 0; k < wide; ++k) {
                first[at(u * wide + k)] += unit_adjoint[at(u)] * one.features[at(row * wide + k)];
                feature_adjoint[at(row * wide + k)] += unit_adjoint[at(u)] * one.first[at(u * wide + k)];
            }
        }
    }
    check_near(one.logits, logits);
    check_near(one.feature_adjoint, feature_adjoint);
    check_near(one.first_gradient, first);
    check_near(one.first_bias_gradient, first_bias);
    check_near(one.second_gradient, second);
    check_near(one.second_bias_gradient, second_bias);
}

template <class Run>
void launch(int blocks, int threads, std::size_t shared, host_block::order order, Run run) {
    for (int i = 0; i < blocks; ++i) {
        host_block block(i, blocks, threads, shared, order);
        run(block);
    }
}

struct loss_example {
    int rows, classes, examples;
    numbers logits, weights, partial, adjoint;
    std::vector<std::int64_t> labels;
    float loss = NAN;
    double report[2] = {NAN, NAN};

    loss_example(int rows, int classes, int examples, bool weighted)
        : rows(rows), classes(classes), examples(examples), logits(drawn(rows * classes, 4, 1)) {
        for (int i = 0; i < examples; ++i) labels.push_back(i * 7 % classes);
        if (weighted)
            for (int c = 0; c < classes; ++c) weights.push_back(0.5F + static_cast<float>(c % 3));
        partial.assign(at(2 * loss_blocks(rows)), NAN);
        adjoint.assign(logits.size(), NAN);
    }
    loss_job job(bool squared, float smoothing) {
        return {.rows = rows,
                .classes = classes,
                .examples = examples,
                .is_squared = squared,
                .smoothing = smoothing,
                .logits = logits.data(),
                .labels = labels.data(),
                .weights = weights.empty() ? nullptr : weights.data(),
                .partial = partial.data(),
                .loss = &loss,
                .report = report,
                .logit_adjoint = adjoint.data()};
    }
};

void check_loss(loss_example one, bool squared, float smoothing) {
    const auto job = one.job(squared, smoothing);
    host::loss(&job, nullptr);
    double counted = 0, loss = 0;
    int right = 0;
    std::vector<double> adjoint;
    const auto weight = [&](std::int64_t c) { return one.weights.empty() ? 1.0 : double(one.weights[at(c)]); };
    for (int row = 0; row < one.rows; ++row) counted += weight(one.labels[at(row % one.examples)]);
    for (int row = 0; row < one.rows; ++row) {
        const float* logits = one.logits.data() + row * one.classes;
        const auto label = one.labels[at(row % one.examples)];
        right += row >= one.rows - one.examples && std::max_element(logits, logits + one.classes) - logits == label;
        double sum = 0, of_targets = 0;
        for (int c = 0; c < one.classes; ++c) sum += std::exp(double(logits[c]));
        const auto target = [&](int c) { return smoothing / one.classes + (c == label ? 1 - double(smoothing) : 0); };
        for (int c = 0; c < one.classes; ++c) of_targets += weight(c) * target(c);
        for (int c = 0; c < one.classes; ++c) {
            const double error = logits[c] - target(c);
            if (squared) {
                loss += weight(label) * error * error / one.classes / counted;
                adjoint.push_back(2 * weight(label) * error / one.classes / counted);
            } else {
                loss -= weight(c) * target(c) * (logits[c] - std::log(sum)) / counted;
                adjoint.push_back((of_targets * std::exp(double(logits[c])) / sum - weight(c) * target(c)) / counted);
            }
        }
    }
    CHECK(std::abs(one.loss - loss) < 2e-6 * (1 + std::abs(loss)));
    CHECK(one.report[0] == double{one.loss});
    CHECK(one.report[1] == right);
    check_near(one.adjoint, adjoint);
}

}  // namespace

TEST_CASE("head: logits and all gradients") {
    for (const float dropout : {0.0F, 0.5F, 0.2F}) {
        check_head({9, 32, 64, 10}, dropout);
        check_head({1, 1, 1, 1}, dropout);
        check_head({13, 45, 150, 3}, dropout);   // weight tiles that aren't filled
        check_head({4, 300, 131, 70}, dropout);  // several weight tiles each way
    }
}

TEST_CASE("head: dropout keeps as many units as it should, and others for another seed") {
    constexpr int count = 100'000;
    for (const float dropout : {0.1F, 0.5F, 0.9F}) {
        int kept = 0, also_kept = 0;
        for (int i = 0; i < count; ++i) {
            kept += is_kept(1, i, dropout);
            also_kept += is_kept(1, i, dropout) && is_kept(2, i, dropout);
        }
        const double p = 1 - double(dropout);
        CHECK(std::abs(kept / double(count) - p) < 0.006);
        CHECK(std::abs(also_kept / double(count) - p * p) < 0.006);
    }
}

TEST_CASE("head: the order of threads doesn't matter") {
    head_example up({9, 45, 150, 11}, 0.5F), down({9, 45, 150, 11}, 0.5F);
    for (auto* one : {&up, &down}) {
        const auto order = one == &up ? host_block::order::ascending : host_block::order::descending;
        const auto forward = one->forward();
        launch(head_blocks(9), 64, head_shared_bytes(one->sizes), order,
               [&](auto& block) { head_rows_forward<host_block>(block, forward).run(); });
        const auto backward = one->backward();
        launch(head_blocks(9), 64, head_adjoint_shared_bytes(one->sizes), order,
               [&](auto& block) { head_rows_adjoint<host_block>(block, backward).run(); });
        const int first = gradient_blocks(first_layer(backward)), second = gradient_blocks(second_layer(backward));
        launch(first + second, 64, head_gradient_shared_bytes(), order,
               [&](auto& block) { head_gradients(block, backward, first); });
    }
    CHECK(up.logits == down.logits);
    CHECK(up.feature_adjoint == down.feature_adjoint);
    CHECK(up.first_gradient == down.first_gradient);
    CHECK(up.second_gradient == down.second_gradient);
    loss_example forwards(20, 40, 20, true), backwards(20, 40, 20, true);
    for (auto* one : {&forwards, &backwards}) {
        const auto order = one == &forwards ? host_block::order::ascending : host_block::order::descending;
        const auto job = one->job(false, 0.1F);
        launch(1, 64, loss_shared_bytes(64), order, [&](auto& block) { loss_of_rows<host_block>(block, job).run(); });
    }
    CHECK(forwards.loss == backwards.loss);
    CHECK(forwards.adjoint == backwards.adjoint);
}

TEST_CASE("loss: cross entropy and squared errors, smoothed, weighted, of all steps, in one block and in several") {
    for (const bool squared : {false, true})
        for (const float smoothing : {0.0F, 0.1F})
            for (const bool weighted : {false, true}) {
                check_loss({8, 10, 8, weighted}, squared, smoothing);
                check_loss({30, 3, 10, weighted}, squared, smoothing);
                check_loss({700, 70, 350, weighted}, squared, smoothing);
            }
}

TEST_CASE("loss: of equal answers the first counts, and NaN in a logit makes the loss NaN") {
    loss_example one(2, 40, 2, false);
    std::fill(one.logits.begin(), one.logits.end(), 1.0F);
    one.labels = {0, 35};
    const auto job = one.job(false, 0);
    host::loss(&job, nullptr);
    CHECK(one.report[1] == 1);
    one.logits[3] = NAN;
    host::loss(&job, nullptr);
    CHECK(std::isnan(one.loss));
    CHECK(std::isnan(one.report[0]));
}
