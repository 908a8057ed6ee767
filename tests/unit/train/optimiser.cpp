// Optimisers against LibTorch's own, step by step.

#include "train/optimiser.hpp"

#include "networks.hpp"

#include <cortexpr/module/network_module.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <array>
#include <tuple>

#include <catch.hpp>

namespace train_test::optimiser_test {

namespace {

constexpr double learning_rate = 1e-2;

std::shared_ptr<network_module> fresh(at::ScalarType dtype) {
    return std::make_shared<network_module>(plan_of<Small>, module_options{.dtype = dtype, .seed = 1});
}

/// The gradient of a parameter at a step: another at each, of any size.
at::Tensor gradient(const at::Tensor& parameter, int step) {
    const auto draws = at::detail::createCPUGenerator(static_cast<std::uint64_t>(100 * step + parameter.numel()));
    return at::empty(parameter.sizes(), parameter.scalar_type()).normal_(0, step % 3 == 0 ? 10 : 0.1, draws);
}

/// Parameter 2 has its first gradient at the third step only.
void set_gradients(const network_module& network, int step) {
    for (int i = 0; i < static_cast<int>(network.plan().parameters.size()); ++i) {
        const auto& parameter = network.parameter(i);
        if (i != 2 || step >= 3) parameter.mutable_grad() = gradient(parameter, step);
    }
}

double largest_difference(const network_module& one, const network_module& other) {
    double worst = 0;
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        worst = std::max(worst, (one.parameter(i) - other.parameter(i)).abs().max().item<double>());
    return worst;
}

void step_with(optimiser& optimiser, network_module& network, int first, int last) {
    for (int step = first; step <= last; ++step) {
        set_gradients(network, step);
        optimiser.step(learning_rate);
    }
}

/// An optimiser of a user's own: X. Chen and others, "Symbolic discovery of optimization algorithms", NeurIPS 2023.
struct Lion {
    static constexpr std::string_view name = "lion";
    static constexpr std::array<std::string_view, 1> kept{"mean"};
    double now = 0.9, later = 0.99;

    void step(at::Tensor& parameter, const at::Tensor& gradient, std::span<at::Tensor> kept, double rate,
              std::int64_t) const {
        parameter.sub_(kept[0].lerp(gradient, 1 - now).sign(), rate);
        kept[0].lerp_(gradient, 1 - later);
    }
};

optimiser_options options_of(optimiser_kind kind) {
    optimiser_options options;
    options.optimiser = kind;
    return options;
}

/// The same decay of all parameters.
weight_decays all_decay(const network_module& network, double decay) {
    return weight_decays(network.plan().parameters.size(), at::full({}, decay, network.parameter(0).options()));
}

/// Whether 12 steps of ours are those of one of LibTorch's classes, whose own weight decay is set in its options.
template <class Theirs, class Options>
void check_against(const optimiser_options& ours, const Options& theirs, double decay = 0) {
    const auto network = fresh(at::kDouble), other = fresh(at::kDouble);
    optimiser stepping(*network, {}, rule_of(ours), all_decay(*network, decay));
    std::vector<at::Tensor> parameters;
    for (int i = 0; i < static_cast<int>(other->plan().parameters.size()); ++i)
        parameters.push_back(other->parameter(i));
    Theirs known(parameters, theirs);
    for (int step = 1; step <= 12; ++step) {
        step_with(stepping, *network, step, step);
        set_gradients(*other, step);
        known.step();
        other->project();
        known.zero_grad();
        CHECK(largest_difference(*network, *other) < 1e-14);
    }
}

}  // namespace

TEST_CASE("SGD, AdamW and RMSprop are LibTorch's", "[optimiser]") {
    using namespace torch::optim;
    auto sgd = options_of(optimiser_kind::sgd);
    check_against<SGD>(sgd, SGDOptions(learning_rate).momentum(0.9));
    check_against<SGD>(sgd, SGDOptions(learning_rate).momentum(0.9).weight_decay(0.1), 0.1);
    sgd.nesterov = true;
    check_against<SGD>(sgd, SGDOptions(learning_rate).momentum(0.9).nesterov(true));
    sgd.nesterov = false;
    sgd.momentum = 0;
    check_against<SGD>(sgd, SGDOptions(learning_rate));

    auto adam = options_of(optimiser_kind::adam);
    adam.mean_decay = 0.8;
    adam.square_decay = 0.95;
    adam.epsilon = 1e-4;
    const auto betas = std::tuple(0.8, 0.95);
    check_against<Adam>(adam, AdamOptions(learning_rate).betas(betas).eps(1e-4).weight_decay(0.1), 0.1);
    adam.optimiser = optimiser_kind::adamw;
    check_against<AdamW>(adam, AdamWOptions(learning_rate).betas(betas).eps(1e-4).weight_decay(0.1), 0.1);

    auto rmsprop = options_of(optimiser_kind::rmsprop);
    check_against<RMSprop>(rmsprop, RMSpropOptions(learning_rate).alpha(0.99));
    check_against<RMSprop>(rmsprop, RMSpropOptions(learning_rate).alpha(0.99).weight_decay(0.1), 0.1);
    rmsprop.square_decay = 0.9;
    rmsprop.momentum = 0.5;
    check_against<RMSprop>(rmsprop, RMSpropOptions(learning_rate).alpha(0.9).momentum(0.5));
}

TEST_CASE("every optimiser goes on from what it kept with the same bits, a user's own too", "[optimiser]") {
    auto nesterov = options_of(optimiser_kind::sgd);
    nesterov.nesterov = true;
    auto heavy = options_of(optimiser_kind::rmsprop);
    heavy.momentum = 0.5;
    const std::vector rules{rule_of(options_of(optimiser_kind::sgd)),
                            rule_of(nesterov),
                            rule_of(options_of(optimiser_kind::adamw)),
                            rule_of(options_of(optimiser_kind::rmsprop)),
                            rule_of(heavy),
                            own_rule(Lion{.now = 0.8}),
                            own_rule<Lion>()};
    for (const auto& rule : rules) {
        CAPTURE(rule->name());
        const auto at_once = fresh(at::kFloat), in_parts = fresh(at::kFloat), start = fresh(at::kFloat);
        const auto decays = all_decay(*at_once, 0.01);
        optimiser whole(*at_once, {}, rule, decays), first(*in_parts, {}, rule, decays);
        step_with(whole, *at_once, 1, 6);
        step_with(first, *in_parts, 1, 2);
        optimiser second(*in_parts, first.memory(), rule, decays);
        step_with(second, *in_parts, 3, 6);
        CHECK(largest_difference(*at_once, *in_parts) == 0);
        CHECK(largest_difference(*at_once, *start) > 0.01);
    }
    const auto network = fresh(at::kFloat);
    optimiser adam(*network, {});
    step_with(adam, *network, 1, 1);
    CHECK_THROWS_WITH(optimiser(*network, adam.memory(), own_rule<Lion>()),
                      Catch::Matchers::Contains("no lion.mean of ") && Catch::Matchers::Contains("another optimiser"));
}

TEST_CASE("a decoupled decay is by the learning rate, and not by step gains", "[optimiser]") {
    const auto network = fresh(at::kDouble), start = fresh(at::kDouble);
    network->step_gain(1, 5);
    optimiser adamw(*network, {}, rule_of(options_of(optimiser_kind::adamw)), all_decay(*network, 0.5));
    for (const int index : {0, 1}) network->parameter(index).mutable_grad() = at::zeros_like(network->parameter(index));
    adamw.step(0.1);
    for (const int index : {0, 1}) CHECK(at::allclose(network->parameter(index), start->parameter(index) * 0.95));
}

TEST_CASE("the fused Adam is LibTorch's Adam up to rounding", "[optimiser]") {
    for (const auto& [dtype, bound] : {std::pair(at::kFloat, 2e-6), std::pair(at::kDouble, 1e-14)}) {
        const auto ours = fresh(dtype), theirs = fresh(dtype);
        const int fast = 1;  // steps 5 times as far
        ours->step_gain(fast, 5);
        std::vector<torch::optim::OptimizerParamGroup> groups;
        std::vector<at::Tensor> others;
        for (int i = 0; i < static_cast<int>(theirs->plan().parameters.size()); ++i)
            if (i != fast) others.push_back(theirs->parameter(i));
        groups.emplace_back(others, std::make_unique<torch::optim::AdamOptions>(learning_rate));
        groups.emplace_back(std::vector{theirs->parameter(fast)},
                            std::make_unique<torch::optim::AdamOptions>(5 * learning_rate));
        torch::optim::Adam adam(std::move(groups));
        optimiser fused(*ours, {});
        for (int step = 1; step <= 20; ++step) {
            step_with(fused, *ours, step, step);
            set_gradients(*theirs, step);
            adam.step();
            theirs->project();
            adam.zero_grad();
            CHECK(largest_difference(*ours, *theirs) < bound);
        }
        const auto memory = fused.memory();
        CHECK(memory[fast].step == 20);
        CHECK(memory[2].step == 18);
    }
}

TEST_CASE("the fused Adam goes on from its moments with the same bits", "[optimiser]") {
    const auto at_once = fresh(at::kFloat), in_parts = fresh(at::kFloat);
    optimiser whole(*at_once, {}), first(*in_parts, {});
    step_with(whole, *at_once, 1, 6);
    step_with(first, *in_parts, 1, 2);
    optimiser second(*in_parts, first.memory());
    step_with(second, *in_parts, 3, 6);
    CHECK(largest_difference(*at_once, *in_parts) == 0);
}

TEST_CASE("the fused Adam forgets gradients and leaves alone what has none", "[optimiser]") {
    const auto network = fresh(at::kFloat), start = fresh(at::kFloat);
    optimiser fused(*network, {});
    step_with(fused, *network, 1, 1);
    CHECK_FALSE(network->parameter(0).grad().defined());
    CHECK(at::equal(network->parameter(2), start->parameter(2)));
    CHECK_FALSE(fused.memory()[2].kept.contains("adam.mean"));
    CHECK(fused.memory()[2].step == 0);
}

}  // namespace train_test::optimiser_test
