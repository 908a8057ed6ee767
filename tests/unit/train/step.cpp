// A training step as it stands, and as a CUDA graph replays it, which is here done anew each time: both do what a loop
// written out does. What a graph can't replay, and what has no GPU, is refused.

#include "train/step.hpp"

#include "networks.hpp"
#include "squared.hpp"
#include "train/classification.hpp"
#include "train/random.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/types.h>

#include <catch.hpp>

#include <limits>

namespace train_test::step_test {

namespace {

constexpr double learning_rate = 1e-2;
constexpr int batch_size = 8;

/// In the place of a graph.
class done_anew : public repeated_work {
  public:
    void run(const std::function<void()>& work) override { work(); }
};

struct learner {
    std::shared_ptr<network_module> network =
        std::make_shared<network_module>(plan_of<Small>, module_options{.seed = 1});
    optimiser adam{*network, {}};
};

at::Tensor parameters_of(const network_module& network) {
    std::vector<at::Tensor> all;
    for (int i = 0; i < static_cast<int>(network.plan().parameters.size()); ++i)
        all.push_back(network.parameter(i).detach().flatten());
    return at::cat(all);
}

struct Own : excitatory<2, nonlinearity<custom<test::Squared>>> {};
struct OwnArea : area<input<1, 8, 8>, neurons<Own>, connectivity<from<stimulus, 1, 0>, from<Own, 1, 1>>, output<2>> {};
struct OwnNetwork : classifier<network<OwnArea>, classes<2>, hidden<4>, readout_pool<pool_mode::max>> {};
struct Drawn : excitatory<2, initial_state<fill::uniform>> {};
struct DrawnArea
    : area<input<1, 8, 8>, neurons<Drawn>, connectivity<from<stimulus, 1, 0>, from<Drawn, 1, 1>>, output<2>> {};
struct DrawnNetwork : classifier<network<DrawnArea>, classes<2>, hidden<4>, readout_pool<pool_mode::max>> {};

}  // namespace

TEST_CASE("a step is the loop written out", "[step]") {
    const auto examples = bright_halves(48);
    const auto request = shown(examples, 3, false);
    learner fixed, eager, plain;
    batch_loader loader(examples, batch_size, at::kCPU, at::kFloat);
    const auto order = data::natural_order(48);
    loader.follow(order);
    fixed_step step(*fixed.network, fixed.adam, {request}, loader.load(std::span(order).first(batch_size)),
                    std::make_unique<done_anew>());
    loader.follow(order);
    for (std::int64_t before = 0; before < 6; ++before) {
        const auto batch = loader.next(batch_size);
        for (const auto& one : {fixed.network, eager.network, plain.network})
            start_generator(one->generator(), {1, static_cast<std::uint64_t>(before)});
        const double rate = learning_rate / static_cast<double>(before + 1);  // another one each time
        const auto [loss, correct] = step.learn_from(batch, rate);
        const auto as_it_stands = learn_from(*eager.network, eager.adam, {request}, batch, rate);
        const auto logits = plain.network->logits(batch.images, request);
        const auto expected = classification_loss(logits, batch.labels);
        expected.backward();
        plain.adam.step(rate);
        CHECK(loss == Approx(expected.item<double>()).epsilon(1e-5));
        CHECK(correct == right_answers(logits, batch.labels).item<std::int64_t>());
        CHECK(at::allclose(parameters_of(*fixed.network), parameters_of(*plain.network), 1e-5, 1e-6));
        CHECK(as_it_stands.loss == expected.item<double>());
        CHECK(as_it_stands.correct == correct);
        CHECK(at::equal(parameters_of(*eager.network), parameters_of(*plain.network)));
    }
    CHECK(fixed.adam.memory()[0].step == 6);
}

TEST_CASE("a step steps nothing where the loss is NaN", "[step]") {
    const auto examples = bright_halves(batch_size);
    learner one;
    batch_loader loader(examples, batch_size, at::kCPU, at::kFloat);
    const auto batch = loader.load(data::natural_order(batch_size));
    fixed_step step(*one.network, one.adam, {shown(examples, 3, false)}, batch, std::make_unique<done_anew>());
    const auto start = parameters_of(*one.network);
    batch.images.fill_(std::numeric_limits<float>::quiet_NaN());
    CHECK(std::isnan(step.learn_from(batch, learning_rate).loss));
    CHECK(at::equal(parameters_of(*one.network), start));
    const auto request = shown(examples, 3, false);
    CHECK(std::isnan(learn_from(*one.network, one.adam, {request}, batch, learning_rate).loss));
    CHECK(at::equal(parameters_of(*one.network), start));
    CHECK(!one.network->parameter(0).grad().defined());
}

TEST_CASE("what a CUDA graph can't replay is refused in words", "[step]") {
    CHECK(network_module(plan_of<Small>).reason_against_replay().empty());
    CHECK(network_module(plan_of<OwnNetwork>).reason_against_replay() == "a nonlinearity of your own runs on the CPU");
    CHECK(network_module(plan_of<DrawnNetwork>).reason_against_replay() == "starts are drawn on the CPU");
    learner one;
    training_observer observer;
    training_options options;
    options.cuda_graph = true;
    CHECK_THROWS_WITH(train(*one.network, bright_halves(8), bright_halves(4), options, observer),
                      "a CUDA graph needs a CUDA device, but the network is on cpu");
    CHECK_THROWS_WITH(cuda_graph_on(at::kCPU, one.network->generator()),
                      "a CUDA graph needs a CUDA device, but the network is on cpu");
}

}  // namespace train_test::step_test
