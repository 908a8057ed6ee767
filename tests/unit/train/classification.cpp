// What answers cost, against the sums written out.

#include "train/classification.hpp"

#include "networks.hpp"

#include <torch/types.h>

#include <catch.hpp>

namespace train_test::classification_test {

namespace {

using Catch::Matchers::Contains;

const auto& likes() {
    static const at::TensorOptions options(at::kDouble);
    return options;
}
at::Tensor answers() { return at::tensor({2.0, -1.0, 0.5, 0.0, 1.0, -2.0}, likes()).view({2, 3}); }
at::Tensor labels() { return at::tensor({2, 1}, at::kLong); }

data::labelled_images unbalanced() {
    auto images = bright_halves(12, 3);
    images.labels = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
    return images;
}

double loss(const loss_options& options, at::Reduction::Reduction over_examples = at::Reduction::Mean) {
    return classification_loss(answers(), labels(), criterion_of(options, unbalanced(), likes()), over_examples)
        .item<double>();
}

}  // namespace

TEST_CASE("cross entropy with weights and smoothing", "[loss]") {
    const auto costs = -answers().log_softmax(1);
    const double first = costs[0][2].item<double>(), second = costs[1][1].item<double>();
    CHECK(loss({}) == Approx((first + second) / 2));
    CHECK(loss({}, at::Reduction::Sum) == Approx(first + second));
    CHECK(loss({.class_weights = {1, 2, 6}}) == Approx((6 * first + 2 * second) / 8));
    // Weights of 12 examples in 3 classes: 4/6, 4/4, 4/2.
    CHECK(loss({.balance_classes = true}) == Approx((2 * first + second) / 3));
    const double smooth = 0.1, all = costs.mean(1).sum().item<double>();
    CHECK(loss({.label_smoothing = smooth}) == Approx((0.9 * (first + second) + 0.1 * all) / 2));
}

TEST_CASE("squared error with weights and smoothing", "[loss]") {
    const auto targets = at::tensor({0.0, 0.0, 1.0, 0.0, 1.0, 0.0}, likes()).view({2, 3});
    const auto squares = (answers() - targets).square().mean(1);
    const double first = squares[0].item<double>(), second = squares[1].item<double>();
    loss_options options{.loss = loss_kind::squared_error};
    CHECK(loss(options) == Approx(at::mse_loss(answers(), targets).item<double>()));
    CHECK(loss(options, at::Reduction::Sum) == Approx(first + second));
    options.class_weights = {1, 2, 6};
    CHECK(loss(options) == Approx((6 * first + 2 * second) / 8));
    options.class_weights.clear();
    options.label_smoothing = 0.3;
    CHECK(loss(options) == Approx(at::mse_loss(answers(), 0.7 * targets + 0.1).item<double>()));
    const auto all_steps = at::stack({answers(), 2 * answers()});
    options.label_smoothing = 0;
    const auto criterion = criterion_of(options, unbalanced(), likes());
    const auto over_steps = classification_loss(all_steps, labels(), criterion).item<double>();
    const auto second_step = classification_loss(2 * answers(), labels(), criterion).item<double>();
    CHECK(over_steps == Approx((loss(options) + second_step) / 2));
}

TEST_CASE("of the answers of all steps the last ones count as right or wrong", "[loss]") {
    const auto all_steps = at::stack({-answers(), answers()});
    CHECK(last_step(all_steps).equal(answers()));
    CHECK(last_step(answers()).equal(answers()));
    CHECK(right_answers(all_steps, labels()).equal(right_answers(answers(), labels())));
}

TEST_CASE("examples of a class of weight 0 count nothing", "[loss]") {
    for (const auto kind : {loss_kind::cross_entropy, loss_kind::squared_error}) {
        const loss_options with_0{.loss = kind, .class_weights = {0, 1, 2}, .label_smoothing = 0.1};
        const loss_options nearly{.loss = kind, .class_weights = {1e-12, 1, 2}, .label_smoothing = 0.1};
        CHECK(loss(with_0) == Approx(loss(nearly)));
        const auto none = criterion_of(with_0, unbalanced(), likes());
        CHECK(classification_loss(answers(), at::zeros_like(labels()), none).item<double>() == 0);
    }
    auto missing = unbalanced();  // of a class without examples the weight has no effect
    missing.labels.assign(12, 0);
    missing.labels.back() = 2;
    CHECK(at::allclose(criterion_of({.balance_classes = true}, missing, likes()).class_weights,
                       at::tensor({12 / 22.0, 0.0, 6.0}, at::kDouble).to(likes())));
}

TEST_CASE("class weights that don't fit are refused", "[loss]") {
    CHECK_THROWS_WITH(loss({.class_weights = {1, 2}}), Contains("2 class weights") && Contains("3 classes"));
    CHECK_THROWS_WITH(loss({.class_weights = {1, 2, 3}, .balance_classes = true}), Contains("not both"));
    CHECK_THROWS_WITH(loss({.class_weights = {0, 0, 0}}), Contains("are all 0"));
    const auto in_float32 = [](std::vector<double> weights) {
        return criterion_of({.class_weights = std::move(weights)}, unbalanced(), at::kFloat).class_weights;
    };
    CHECK(in_float32({1, 1e30, 1e-30}).defined());
    for (const auto& weights : std::vector<std::vector<double>>{{1, 1e300, 3}, {1, 1e-300, 3}, {3e38, 3e38, 3}})
        CHECK_THROWS_WITH(in_float32(weights), Contains("are beyond the network's float"));
}

}  // namespace train_test::classification_test
