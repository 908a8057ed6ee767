// Names, shapes, first values, projection and freezing of parameters.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/core/grad_mode.h>

#include <limits>

namespace module_parameters_test {

using namespace cortexpr;
using namespace cortexpr::test;

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

TEST_CASE("the reference's initialisation: uniform in 1/sqrt(inputs), projected, tau just above its initial value") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3});
    const auto& excitatory = net.parameter(index_of(net.plan(), "rnn.areas.0.convs.1->0.0.weight"));
    const auto& stimulus = net.parameter(index_of(net.plan(), "rnn.areas.0.convs.0->0.0.weight"));
    const auto& hidden = net.parameter(index_of(net.plan(), "readout.1.bias"));
    CHECK(stimulus.min().item<double>() < 0);
    CHECK(stimulus.abs().max().item<double>() <= 1 / std::sqrt(2.0 * 9));
    CHECK(stimulus.abs().max().item<double>() > 0.9 / std::sqrt(2.0 * 9));
    CHECK(hidden.abs().max().item<double>() <= 1 / std::sqrt(3.0));
    CHECK(excitatory.min().item<double>() == 0);  // about half of them, after the projection
    CHECK(excitatory.eq(0).sum().item<int>() > excitatory.numel() / 4);
    CHECK(excitatory.eq(0).sum().item<int>() < excitatory.numel() * 3 / 4);
    const auto& tau = net.parameter(index_of(net.plan(), "rnn.areas.0.tau.0"));
    CHECK(tau.min().item<double>() >= 1);
    CHECK(tau.max().item<double>() <= 1 + 1e-6);
}

TEST_CASE("a seed is all there is to first values: same seed, same bits, in both precisions") {
    network_module one(plan_of<Tiny>, {.seed = 5}), same(plan_of<Tiny>, {.seed = 5}), other(plan_of<Tiny>, {.seed = 6});
    network_module exact(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 5});
    bool differs = false;
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i) {
        CHECK(one.parameter(i).equal(same.parameter(i)));
        CHECK(one.parameter(i).equal(exact.parameter(i).to(at::kFloat)));
        differs |= !one.parameter(i).equal(other.parameter(i));
    }
    CHECK(differs);
    other.reset_parameters(5);
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        CHECK(one.parameter(i).equal(other.parameter(i)));
}

TEST_CASE("tau has the shape of its mode, and starts where it was declared to start") {
    struct Type : excitatory<4, tau<tau_mode::per_type, 2.0>> {};
    struct Subtype : excitatory<4, tau<tau_mode::per_subtype, 3.0>> {};
    struct Position : excitatory<4, tau<tau_mode::spatial>> {};
    struct Neuron : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
    struct Half : excitatory<4, half_density, tau<tau_mode::per_subtype_spatial>> {};
    struct All : area<input<1, 5, 6>, neurons<Type, Subtype, Position, Neuron, Half>,
                      connectivity<from<stimulus, 1, 1, 1, 1, 1, 0>, from<Type, 0, 0, 0, 0, 0, 1>,
                                   from<Subtype, 0, 0, 0, 0, 0, 1>, from<Position, 0, 0, 0, 0, 0, 1>,
                                   from<Neuron, 0, 0, 0, 0, 0, 1>, from<Half, 0, 0, 0, 0, 0, 1>>,
                      output<1>> {};
    network_module net(plan_of<All>, {.dtype = at::kDouble});
    const auto tau_of_type = [&](int type) {
        return net.parameter(index_of(net.plan(), "areas.0.tau." + std::to_string(type)));
    };
    CHECK(tau_of_type(0).sizes() == at::IntArrayRef({1, 1, 1, 1}));
    CHECK(tau_of_type(1).sizes() == at::IntArrayRef({1, 4, 1, 1}));
    CHECK(tau_of_type(2).sizes() == at::IntArrayRef({1, 1, 5, 6}));
    CHECK(tau_of_type(3).sizes() == at::IntArrayRef({1, 4, 5, 6}));
    CHECK(tau_of_type(4).sizes() == at::IntArrayRef({1, 4, 3, 3}));
    CHECK(tau_of_type(0).item<double>() == Approx(2).margin(1e-6));
    CHECK(tau_of_type(1).min().item<double>() >= 3);
}

TEST_CASE("projection: Dale's law and tau >= 1, nothing else, once is enough") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;
        for (std::size_t i = 0; i < net.plan().parameters.size(); ++i)
            net.parameter(static_cast<int>(i)).copy_(normal(net.parameter(static_cast<int>(i)).sizes(), i) * 3);
    }
    std::vector<at::Tensor> before, projected;
    for (const auto& parameter : net.parameters()) before.push_back(parameter.detach().clone());
    net.project();
    for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
        using bound = plan::parameter::bound;
        const auto& parameter = net.parameter(static_cast<int>(i));
        if (net.plan().parameters[i].constraint == bound::non_negative) CHECK(parameter.min().item<double>() >= 0);
        if (net.plan().parameters[i].constraint == bound::at_least_one) CHECK(parameter.min().item<double>() >= 1);
    }
    int free = 0;
    const auto now = net.parameters();
    for (std::size_t i = 0; i < now.size(); ++i) {
        projected.push_back(now[i].detach().clone());
        if (projected[i].equal(before[i])) ++free;
        CHECK(at::maximum(projected[i], before[i]).equal(projected[i]));  // nothing is ever lowered
    }
    CHECK(free == 8);  // two input convolutions and two readout layers, with their biases
    net.project();
    for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i].equal(projected[i]));
}

TEST_CASE("projection does not hide that training has diverged, and keeps what autograd knows") {
    network_module net(plan_of<Tiny>);
    const int weight = index_of(net.plan(), "rnn.areas.0.convs.1->0.0.weight");
    const int tau = index_of(net.plan(), "rnn.areas.0.tau.0");
    {
        const at::NoGradGuard no_grad;
        net.parameter(weight).view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
        net.parameter(weight).view(-1)[1] = -1;
        net.parameter(tau).view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
        net.parameter(tau).view(-1)[1] = -std::numeric_limits<float>::infinity();
    }
    net.parameter(weight).mutable_grad() = at::full_like(net.parameter(weight), -2);
    net.project();
    CHECK(net.parameter(weight).view(-1)[0].isnan().item<bool>());
    CHECK(net.parameter(weight).view(-1)[1].item<float>() == 0);
    CHECK(net.parameter(tau).view(-1)[0].isnan().item<bool>());
    CHECK(net.parameter(tau).view(-1)[1].item<float>() == 1);
    CHECK(net.parameter(weight).grad().eq(-2).all().item<bool>());
    CHECK(net.parameter(weight).requires_grad());
    CHECK(net.parameter(weight).is_leaf());
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

}  // namespace module_parameters_test
