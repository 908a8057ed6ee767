// What a network is as a LibTorch module: names of parameters, copies, modes of the process, freezing, and parameters
// that are no network any more.

#include <cortexpr/module/model.hpp>
#include <cortexpr/module/stored_module.hpp>
#include <cortexpr/plan/stored.hpp>

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <torch/optim/adam.h>
#include <torch/serialize.h>

#include <limits>
#include <sstream>
#include <vector>

namespace module_network_module_test {

using namespace cortexpr;
using namespace cortexpr::test;
using Catch::Matchers::Contains;

namespace {

void set_all(network_module& net, int index, double value) {
    const at::NoGradGuard no_gradients;
    net.parameter(index).fill_(value);
}

}  // namespace

TEST_CASE("parameters carry the reference's names and shapes") {
    network_module net(plan_of<Tiny>);
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected{
        {"rnn.areas.0.convs.0->0.0.weight", {4, 2, 3, 3}},
        {"rnn.areas.0.convs.0->0.0.bias", {4}},
        {"rnn.areas.0.convs.0->1.0.weight", {2, 2, 3, 3}},
        {"rnn.areas.0.convs.0->1.0.bias", {2}},
        {"rnn.areas.0.convs.1->0.0.weight", {4, 4, 3, 3}},
        {"rnn.areas.0.convs.1->0.0.bias", {4}},
        {"rnn.areas.0.convs.1->1.0.weight", {2, 2, 3, 3}},
        {"rnn.areas.0.out_convs.1->out.0.weight", {3, 4, 3, 3}},
        {"rnn.areas.0.out_convs.1->out.0.bias", {3}},
        {"rnn.areas.0.convs.2->0.0.weight", {4, 2, 3, 3}},
        {"rnn.areas.0.convs.2->0.0.bias", {4}},
        {"rnn.areas.0.convs.2->1.0.weight", {2, 2, 3, 3}},
        {"rnn.areas.0.convs.2->1.0.bias", {2}},
        {"rnn.areas.0.tau.0", {1, 4, 1, 1}},
        {"rnn.areas.0.tau.1", {1, 2, 1, 1}},
        {"readout.1.weight", {7, 3}},
        {"readout.1.bias", {7}},
        {"readout.4.weight", {3, 7}},
        {"readout.4.bias", {3}}};
    const auto named = net.named_parameters();
    REQUIRE(named.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(expected[i].first);
        const auto* found = named.find(expected[i].first);
        REQUIRE(found != nullptr);
        CHECK(found->sizes() == at::IntArrayRef(expected[i].second));
        CHECK(found->is_same(net.parameter(index_of(net.plan(), expected[i].first))));
    }
}

TEST_CASE("a network without readout has names without rnn, and feedback has its own") {
    network_module net(plan_of<Two>);
    const auto named = net.named_parameters();
    CHECK(named.contains("areas.0.convs.1->0.0.weight"));
    CHECK(named.contains("areas.1.tau.0"));
    CHECK(named.contains("feedback_convs.1->0.1.weight"));
    CHECK(named.contains("feedback_convs.1->0.1.bias"));
    CHECK(named.size() == plan_of<Two>.parameters.size());
}

TEST_CASE("a clone is a network of its own, of the same type and state") {
    const auto net = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 3, .executor = executor::transparent});
    net->freeze(tau_of<V1, E>{});
    net->step_gain(2, 5.0);
    net->train();
    const auto images = normal({3, 2, 6, 5}, 1);
    (void)net->forward(images, steps{2});  // dropout has been drawn
    const auto copy = std::dynamic_pointer_cast<model<Tiny>>(net->clone());
    REQUIRE(copy != nullptr);
    CHECK(copy->executor() == executor::transparent);
    CHECK(copy->step_gain(2) == 5.0);
    CHECK(copy->is_training());
    CHECK(!copy->tau<V1, E>().requires_grad());
    CHECK(copy->weight<V1, E, I>().requires_grad());
    for (int i = 0; i < net->parameter_count(); ++i) {
        CHECK(copy->parameter(i).equal(net->parameter(i)));
        CHECK(!copy->parameter(i).is_same(net->parameter(i)));
    }
    CHECK(copy->forward(images, steps{2}).equal(net->forward(images, steps{2})));
    set_all(*copy, 0, 0.25);
    CHECK(!net->parameter(0).eq(0.25).any().item<bool>());

    const stored_module stored(plan::stored_network(plan_of<Tiny>), {.seed = 4});
    const auto twin = std::dynamic_pointer_cast<stored_module>(stored.clone());
    REQUIRE(twin != nullptr);
    CHECK(twin->parameter(0).equal(stored.parameter(0)));
}

TEST_CASE("tensors that stand in for the parameters are run in their place") {
    const auto net = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 3});
    const auto other = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 4});
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto tensors_of = [](const network_module& from, at::ScalarType dtype) {
        std::vector<at::Tensor> all;
        for (int i = 0; i < from.parameter_count(); ++i)
            all.push_back(from.parameter(i).detach().to(dtype, /*non_blocking=*/false, /*copy=*/true));
        return all;
    };
    const auto before = tensors_of(*net, at::kDouble);
    auto given = tensors_of(*other, at::kDouble);
    other->eval();
    const run_request request{.steps = 3};
    for (auto& one : given) one.requires_grad_();
    const auto result = net->run_with(given, false, images, request);  // whatever the mode of the module is
    CHECK(result.logits.equal(other->run(images, request).logits));
    result.logits.sum().backward();
    CHECK(given[0].grad().defined());
    CHECK(!net->parameter(0).grad().defined());
    // In another precision than the parameters.
    CHECK(net->run_with(tensors_of(*other, at::kFloat), false, images.to(at::kFloat), request).logits.dtype() ==
          at::kFloat);

    given = tensors_of(*other, at::kDouble);
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (plan_of<Tiny>.parameters[i].constraint == plan::parameter::bound::free) continue;
        given[i].fill_(-1);
        CHECK_THROWS_WITH(net->run_with(given, false, images, request), Contains("call project()"));
        net->project(given);
        CHECK(given[i].min().item<double>() >= 0);
    }
    CHECK_NOTHROW(net->run_with(given, false, images, request));
    for (int i = 0; i < net->parameter_count(); ++i)
        CHECK(net->parameter(i).equal(before[static_cast<std::size_t>(i)]));

    const auto refused = [&](std::size_t index, const at::Tensor& wrong, const char* says) {
        auto with = tensors_of(*other, at::kDouble);
        with[index] = wrong;
        CHECK_THROWS_WITH(net->run_with(with, false, images, request), Contains(says));
    };
    refused(0, at::ones({2}, at::kDouble), "but was given a tensor of shape (2,)");
    refused(1, given[1].to(at::kFloat), "move all parameters together");
    given.pop_back();
    CHECK_THROWS_WITH(net->run_with(given, false, images, request), Contains("parameters, but was given"));
}

TEST_CASE("an optimiser's step without a projection is caught at the next forward pass") {
    const auto net = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 3});
    const auto images = normal({3, 2, 6, 5}, 1);
    torch::optim::Adam steps_far(net->parameters(), 1.0);
    net->train();
    net->forward(images, steps{3}).square().sum().backward();
    steps_far.step();
    CHECK_THROWS_WITH(net->forward(images, steps{3}), Contains("call project() after each step of an optimiser"));
    net->project();
    CHECK_NOTHROW(net->forward(images, steps{3}));
}

TEST_CASE("in evaluation a network that isn't finite has no answer") {
    const auto images = normal({3, 2, 6, 5}, 1);
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3});
        set_all(net, 1, value);
        net.eval();
        CHECK_THROWS_WITH(net.run(images, {.steps = 2}),
                          Contains(std::string(std::string_view(net.plan().parameters[1].name))));
        CHECK_THROWS_WITH(net.set(1, value), Contains("can't be infinite or NaN"));
        set_all(net, 1, 0.5);
        CHECK_NOTHROW(net.run(images, {.steps = 2}));
    }
}

TEST_CASE("what torch::save writes, torch::load reads, and what it puts there is looked at") {
    const auto net = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 3}),
               other = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 4});
    const auto images = normal({3, 2, 6, 5}, 1);
    for (const auto& one : {net, other}) one->eval();
    CHECK_NOTHROW(other->forward(images, steps{2}));
    std::stringstream file;
    torch::save(net, file);
    torch::load(other, file);
    CHECK(other->forward(images, steps{2}).equal(net->forward(images, steps{2})));
    set_all(*net, 1, std::numeric_limits<double>::quiet_NaN());
    std::stringstream bad;
    torch::save(net, bad);
    torch::load(other, bad);
    CHECK_THROWS_WITH(other->forward(images, steps{2}), Contains("infinite or NaN"));
}

TEST_CASE("modes of the process don't change what a network computes") {
    const auto images = normal({3, 2, 6, 5}, 1, at::kFloat);
    for (const auto kind : {executor::planned, executor::batched, executor::transparent}) {
        network_module net(plan_of<Tiny>, {.seed = 3, .executor = kind});
        const auto answer = [&] {
            net.zero_grad();
            const auto logits = net.run(images, {.steps = 3}).logits;
            logits.square().sum().backward();
            return std::pair(logits.detach().clone(), net.parameter(2).grad().clone());
        };
        net.eval();
        const auto expected = answer();
        {
            at::autocast::set_autocast_enabled(at::kCPU, true);
            const auto found = answer();
            at::autocast::set_autocast_enabled(at::kCPU, false);
            CHECK(found.first.equal(expected.first));
            CHECK(found.second.equal(expected.second));
        }
        {
            at::globalContext().setFloat32MatmulPrecision("medium");
            const auto found = answer();
            at::globalContext().setFloat32MatmulPrecision("highest");
            CHECK((found.first - expected.first).abs().max().item<double>() < 1e-6);
            CHECK((found.second - expected.second).abs().max().item<double>() <
                  1e-6 * expected.second.abs().max().item<double>() + 1e-7);
        }
    }
}

TEST_CASE("a module that was converted to another type says which it can have") {
    network_module net(plan_of<Tiny>);
    net.to(at::kDouble);
    CHECK_NOTHROW(net.run(normal({1, 2, 6, 5}, 1), {.steps = 1}));
    net.to(at::kHalf);
    CHECK_THROWS_WITH(net.run(normal({1, 2, 6, 5}, 1, at::kHalf), {.steps = 1}),
                      Contains("choose torch::kFloat or torch::kDouble"));
}

TEST_CASE("a frozen parameter gets no gradient, and freezing can be taken back") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    const int frozen = index_of(net.plan(), "rnn.areas.0.convs.1->0.0.weight");
    const int tau = index_of(net.plan(), "rnn.areas.0.tau.1");
    const auto images = normal({2, 2, 6, 5}, 1);
    net.freeze(frozen);
    net.freeze(tau);
    net.run(images, {.steps = 3}).logits.sum().backward();
    CHECK(!net.parameter(frozen).grad().defined());
    CHECK(!net.parameter(tau).grad().defined());
    CHECK(net.parameter(index_of(net.plan(), "rnn.areas.0.convs.1->0.0.bias")).grad().abs().sum().item<double>() > 0);
    net.freeze(frozen, false);
    net.run(images, {.steps = 3}).logits.sum().backward();
    CHECK(net.parameter(frozen).grad().abs().sum().item<double>() > 0);
    CHECK(!net.parameter(tau).grad().defined());
}

TEST_CASE("to() changes the precision of what the module runs with") {
    network_module net(plan_of<Tiny>, {.seed = 2});
    net.to(at::kDouble);
    CHECK(net.dtype() == at::kDouble);
    CHECK(net.run(normal({2, 2, 6, 5}, 1), {.steps = 2}).logits.scalar_type() == at::kDouble);
}

TEST_CASE("a module is moved to devices that a network can have, and stays where it is otherwise") {
    network_module net(plan_of<Tiny>);
    const auto refused = [](const std::string& name) {
        return Contains("\"" + name + "\" is no device for a network; use \"cpu\", \"cuda\" or \"cuda:1\"");
    };
    CHECK_THROWS_WITH(net.to(at::Device("meta")), refused("meta"));
    CHECK_THROWS_WITH(net.to(at::Device("meta"), at::kDouble), refused("meta"));
    CHECK_THROWS_WITH(net.to(at::Device("cuda:100")), Contains("device \"cuda:100\" can't be had"));
    CHECK(net.device().is_cpu());
    CHECK(net.dtype() == at::kFloat);
    net.to(at::Device("cpu"), at::kDouble);
    CHECK(net.dtype() == at::kDouble);
    CHECK_NOTHROW(net.run(normal({1, 2, 6, 5}, 1), {.steps = 1}));

    struct holder : torch::nn::Module {
    } outer;
    outer.register_module("net", std::make_shared<network_module>(plan_of<Tiny>));
    CHECK_THROWS_AS(outer.to(at::Device("meta")), usage_error);
}

}  // namespace module_network_module_test
