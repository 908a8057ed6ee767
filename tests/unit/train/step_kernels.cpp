// The CUDA kernels of a training step, run on the CPU in a GPU's position: loss, optimiser and whole steps are those of
// LibTorch's operations. And on a GPU: the same seed gives the same bits, with and without a CUDA graph.

#include "executors/emulated_kernels.hpp"
#include "gpu.hpp"
#include "networks.hpp"
#include "train/classification.hpp"
#include "train/optimiser.hpp"
#include "train/random.hpp"
#include "train/step.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/trainer.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <catch.hpp>

#include <functional>
#include <limits>
#include <optional>

namespace train_test::step_kernels_test {

namespace {

using cortexpr::test::emulated_kernels;

constexpr double learning_rate = 1e-2;

at::Tensor drawn(at::IntArrayRef sizes, std::uint64_t seed) {
    return at::empty(sizes, at::kFloat).normal_(0, 1, at::detail::createCPUGenerator(seed));
}

std::shared_ptr<network_module> fresh(const std::string& device = "cpu", precision with = precision::float32) {
    return std::make_shared<network_module>(plan_of<Small>,
                                            module_options{.device = device, .seed = 1, .precision = with});
}

std::vector<at::Tensor> parameters_of(const network_module& network) {
    std::vector<at::Tensor> all;
    for (int i = 0; i < network.parameter_count(); ++i) all.push_back(network.parameter(i).detach().cpu().clone());
    return all;
}

double largest_difference(const std::vector<at::Tensor>& one, const std::vector<at::Tensor>& other) {
    double worst = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        worst = std::max(worst, (one[i] - other[i]).abs().max().item<double>());
    return worst;
}

bool are_equal(const std::vector<at::Tensor>& one, const std::vector<at::Tensor>& other) {
    for (std::size_t i = 0; i < one.size(); ++i)
        if (!at::equal(one[i], other[i])) return false;
    return one.size() == other.size();
}

struct stepping {
    optimiser_options rule{};
    double decay = 0;
    optimiser_options clipping{};
    bool in_graph = false;
};

/// Parameters and what is kept after some steps; parameter 2 has its first gradient at the third one, and parameter 1
/// is frozen and against its bound.
std::vector<at::Tensor> stepped(const stepping& how) {
    const auto network = fresh();
    network->freeze(1);
    network->step_gain(3, 3);
    auto decays = weight_decays(static_cast<std::size_t>(network->parameter_count()));
    if (how.decay > 0) {
        decays[0] = drawn(network->parameter(0).sizes(), 9).abs() * how.decay;
        decays[3] = at::full({}, how.decay);
    }
    optimiser stepping(*network, {}, rule_of(how.rule), decays);
    for (int step = 1; step <= 5; ++step) {
        for (int i = 0; i < network->parameter_count(); ++i) {
            const auto& parameter = network->parameter(i);
            if (i == 1 || (i == 2 && step < 3)) continue;
            parameter.mutable_grad() = drawn(parameter.sizes(), static_cast<std::uint64_t>(100 * step + i));
        }
        if (how.in_graph) {
            stepping.set_rates(learning_rate / step);
            stepping.step_with_rates(at::ones({}), how.clipping);
        } else {
            stepping.step(learning_rate / step, {}, how.clipping);
        }
        CHECK_FALSE(network->parameter(0).grad().defined());
        network->require_constraints();
    }
    auto all = parameters_of(*network);
    for (const auto& memory : stepping.memory())
        for (const auto& [name, kept] : memory.kept) all.push_back(kept.clone());
    all.push_back(at::tensor(static_cast<double>(stepping.memory()[2].step)));
    return all;
}

/// In the place of a graph.
class done_anew : public repeated_work {
  public:
    void run(const std::function<void()>& work) override { work(); }
};

std::vector<stepping> all_rules() {
    std::vector<stepping> all;
    for (const auto kind :
         {optimiser_kind::adam, optimiser_kind::adamw, optimiser_kind::sgd, optimiser_kind::rmsprop}) {
        optimiser_options options;
        options.optimiser = kind;
        all.push_back({.rule = options});
        all.push_back({.rule = options, .decay = 0.1});
    }
    optimiser_options nesterov, plain, heavy;
    nesterov.optimiser = plain.optimiser = optimiser_kind::sgd;
    nesterov.nesterov = true;
    plain.momentum = 0;
    heavy.optimiser = optimiser_kind::rmsprop;
    heavy.momentum = 0.5;
    for (const auto& options : {nesterov, plain, heavy}) all.push_back({.rule = options});
    optimiser_options clipping;
    clipping.clip_norm = 0.5;
    all.push_back({.rule = plain, .clipping = clipping});
    clipping.clip_value = 0.3;
    all.push_back({.rule = plain, .clipping = clipping});
    return all;
}

}  // namespace

TEST_CASE("kernels step as LibTorch's operations do", "[kernels]") {
    for (auto how : all_rules()) {
        const auto expected = stepped(how);
        how.in_graph = true;
        CHECK(largest_difference(stepped(how), expected) < 4e-6);  // what a graph replays where there are no kernels
        for (const bool in_graph : {false, true}) {
            how.in_graph = in_graph;
            const emulated_kernels kernels;
            CHECK(largest_difference(stepped(how), expected) < 4e-6);
            CHECK(emulated_kernels::calls().updates == 5);
        }
    }
}

TEST_CASE("a void step of any rule changes nothing", "[kernels]") {
    for (const bool has_kernels : {false, true})
        for (const auto& how : all_rules()) {
            std::optional<emulated_kernels> kernels;
            if (has_kernels) kernels.emplace();
            const auto network = fresh();
            const auto start = parameters_of(*network);
            optimiser stepping(*network, {}, rule_of(how.rule));
            stepping.set_rates(learning_rate);
            for (const bool in_graph : {false, true}) {
                for (int i = 0; i < network->parameter_count(); ++i)
                    network->parameter(i).mutable_grad() =
                        at::full_like(network->parameter(i), std::numeric_limits<double>::quiet_NaN());
                const auto loss = at::full({}, std::numeric_limits<float>::infinity());
                in_graph ? stepping.step_with_rates(loss, how.clipping)
                         : stepping.step(learning_rate, loss, how.clipping);
                CHECK(are_equal(parameters_of(*network), start));
                CHECK_FALSE(network->parameter(0).grad().defined());
            }
            for (const auto& memory : stepping.memory())
                for (const auto& [name, kept] : memory.kept) CHECK_FALSE(kept.any().item<bool>());
        }
}

TEST_CASE("kernels count the changes of a parameter, so that checks see them", "[kernels]") {
    const emulated_kernels kernels;
    const auto network = fresh();
    optimiser stepping(*network, {});
    network->require_finite();
    const auto& parameter = network->parameter(0);
    parameter.mutable_grad() = at::full_like(parameter, std::numeric_limits<double>::quiet_NaN());
    stepping.step(learning_rate);
    CHECK_THROWS_AS(network->require_finite(), usage_error);
}

TEST_CASE("kernels judge answers as LibTorch's operations do", "[kernels]") {
    const auto labels = at::tensor({2, 0, 3, 3, 1}, at::kLong);
    for (const auto kind : {loss_kind::cross_entropy, loss_kind::squared_error})
        for (const double smoothing : {0.0, 0.2})
            for (const auto& weights : {at::Tensor(), at::tensor({1.0F, 2.0F, 0.5F, 4.0F})})
                for (const bool all_steps : {false, true}) {
                    const loss_criterion criterion{kind, weights, smoothing};
                    const auto logits =
                        drawn(all_steps ? at::IntArrayRef{3, 5, 4} : at::IntArrayRef{5, 4}, 1).requires_grad_();
                    CHECK_FALSE(judged(logits, labels, criterion));
                    const auto loss = classification_loss(logits, labels, criterion);
                    loss.backward();
                    const emulated_kernels kernels;
                    const auto found = judged(logits, labels, criterion);
                    REQUIRE(found);
                    CHECK(found->loss.item<double>() == Approx(loss.item<double>()).epsilon(1e-6));
                    CHECK(found->report[0].item<double>() == found->loss.item<double>());
                    CHECK(found->report[1].item<double>() == right_answers(logits, labels).item<double>());
                    CHECK(at::allclose(found->gradient, logits.grad(), 1e-5, 1e-7));
                    CHECK(emulated_kernels::calls().losses == 1);
                }
}

TEST_CASE("steps with kernels are the steps without, with penalties too", "[kernels]") {
    const auto examples = bright_halves(16);
    for (const double activity : {0.0, 0.3}) {
        learning_task task{.request = shown(examples, 3, false)};
        task.penalties.activity_l2 = activity;
        const auto learn = [&](bool in_graph) {
            const auto network = fresh();
            network->eval();  // dropout's draws are others
            optimiser stepping(*network, {});
            batch_loader loader(examples, 16, at::kCPU, at::kFloat);
            const auto batch = loader.load(data::natural_order(16));
            fixed_step fixed(*network, stepping, task, batch, std::make_unique<done_anew>());
            std::vector<step_outcome> outcomes;
            for (int step = 0; step < 4; ++step)
                outcomes.push_back(in_graph ? fixed.learn_from(batch, learning_rate)
                                            : learn_from(*network, stepping, task, batch, learning_rate));
            return std::pair(parameters_of(*network), outcomes);
        };
        const auto expected = learn(false);
        const emulated_kernels kernels;
        for (const bool in_graph : {false, true}) {
            const auto found = learn(in_graph);
            CHECK(largest_difference(found.first, expected.first) < 2e-5);
            for (std::size_t i = 0; i < found.second.size(); ++i) {
                CHECK(found.second[i].loss == Approx(expected.second[i].loss).epsilon(1e-5));
                CHECK(found.second[i].correct == expected.second[i].correct);
            }
        }
    }
}

TEST_CASE("with kernels a step that can be replayed has the bits of one that can't", "[kernels]") {
    const emulated_kernels kernels;
    const auto examples = bright_halves(16);
    const learning_task task{.request = shown(examples, 3, false)};
    const auto learn = [&](bool in_graph) {
        const auto network = fresh();
        network->train();
        optimiser stepping(*network, {});
        batch_loader loader(examples, 16, at::kCPU, at::kFloat);
        const auto batch = loader.load(data::natural_order(16));
        fixed_step fixed(*network, stepping, task, batch, std::make_unique<done_anew>());
        for (std::uint64_t step = 0; step < 4; ++step) {
            start_generator(network->generator(), {1, step});
            const double rate = learning_rate / (1.0 + static_cast<double>(step));
            in_graph ? fixed.learn_from(batch, rate) : learn_from(*network, stepping, task, batch, rate);
        }
        return parameters_of(*network);
    };
    CHECK(are_equal(learn(true), learn(false)));
}

// ---- on a GPU

namespace {

std::vector<at::Tensor> trained(precision with, bool graph, optimiser_kind kind = optimiser_kind::adam) {
    const auto network = fresh("cuda", with);
    const auto examples = bright_halves(200);
    training_options options;
    options.steps = 3;
    options.epochs = 3;
    options.batch_size = 16;  // the last batch of an epoch is smaller
    options.optimiser = kind;
    options.cuda_graph = graph;
    training_observer observer;
    train(*network, examples, bright_halves(32), options, observer);
    return parameters_of(*network);
}

}  // namespace

TEST_CASE("cuda: the same seed gives the same bits, with and without a CUDA graph", "[.cuda]") {
    if (!cortexpr::test::has_gpu(plan_of<Small>)) return;
    for (const auto with : {precision::float32, precision::tf32, precision::bfloat16}) {
        CAPTURE(static_cast<int>(with));
        const auto once = trained(with, false);
        CHECK(are_equal(trained(with, false), once));
        CHECK(are_equal(trained(with, true), once));
    }
}

TEST_CASE("cuda: graphs replay every built-in optimiser", "[.cuda]") {
    if (!cortexpr::test::has_gpu(plan_of<Small>)) return;
    for (const auto kind : {optimiser_kind::adamw, optimiser_kind::sgd, optimiser_kind::rmsprop})
        CHECK(are_equal(trained(precision::float32, true, kind), trained(precision::float32, false, kind)));
}

}  // namespace train_test::step_kernels_test
