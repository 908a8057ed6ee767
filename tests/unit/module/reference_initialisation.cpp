// First values of parameters, which are the reference's.

#include "catch.hpp"
#include "executors/networks.hpp"

namespace module_reference_initialisation_test {

using namespace cortexpr;
using namespace cortexpr::test;

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

}  // namespace module_reference_initialisation_test
