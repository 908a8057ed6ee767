// Whether a network is alive, and what is said where it isn't.

#include "networks.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/initialise.hpp>

#include <torch/types.h>

#include <fmt/format.h>

#include <catch.hpp>

namespace train_test::health_test {

using Catch::Matchers::Contains;

namespace {

std::string text_of(const network_module& network, const network_health& found) {
    std::string text;
    for (const auto& fault : complaints(network.plan(), found)) text += fault + '\n';
    return text;
}

struct First : area<input<1, 8, 8>, neurons<E, I>,
                    connectivity<from<stimulus, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 0>>, output<4>> {};
struct Second : area<input<4, 8, 8>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<4>> {};
struct Third : area<input<4, 8, 8>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<4>> {};
struct Late_chain : classifier<network<First, Second, Third, area_delay<1>>, classes<2>> {};

/// Sets all biases into the neuron types of a network.
void set_biases(network_module& network, double excitatory, double others) {
    using role = plan::parameter::role;
    for (int i = 0; i < network.parameter_count(); ++i) {
        const auto& parameter = network.plan().parameters[static_cast<std::size_t>(i)];
        if (parameter.is != role::edge_bias) continue;
        network.set(i, parameter.constraint == plan::parameter::bound::free ? others : excitatory);
    }
}

}  // namespace

TEST_CASE("a balanced network is alive, and looking at it changes nothing", "[health]") {
    const auto images = bright_halves(32);
    network_module network(plan_of<Small>, {.seed = 1});
    initialise(network, initialisation::balanced, 1, images, 3);
    network.train();
    std::vector<at::Tensor> before;
    for (int i = 0; i < network.parameter_count(); ++i) before.push_back(network.parameter(i).detach().clone());
    const auto draws = network.generator().get_state();
    const auto found = health(network, images, 3);
    CHECK(complaints(network.plan(), found).empty());
    CHECK(found.rates.size() == network.plan().types.size() * 3);
    CHECK(found.gradients.size() == network.plan().parameters.size());
    CHECK(network.is_training());
    CHECK(network.generator().get_state().equal(draws));
    for (int i = 0; i < network.parameter_count(); ++i) {
        CHECK(network.parameter(i).equal(before[static_cast<std::size_t>(i)]));
        CHECK(!network.parameter(i).grad().defined());
    }
    // The numbers are those of a run that records.
    const auto states = network.run(images_of(images), {.steps = 3, .record_states = {true, true}}).states;
    CHECK(found.rates[1].mean == Approx(states[0].select(1, 1).mean().item<double>()));
    CHECK(found.rates[1].step == 2);
    CHECK(found.rates[3].type == 1);
}

TEST_CASE("silent, saturated and uniform types are told", "[health]") {
    const auto images = bright_halves(32);
    network_module network(plan_of<Small>, {.seed = 1});
    for (int i = 0; i < network.parameter_count(); ++i)
        if (network.plan().parameters[static_cast<std::size_t>(i)].is == plan::parameter::role::edge_weight)
            network.set(i, 0.0);
    set_biases(network, 0, -50);
    CHECK_THAT(text_of(network, health(network, images, 3)), Contains("is silent (100 % of the neurons)"));
    set_biases(network, 50, 50);
    CHECK_THAT(text_of(network, health(network, images, 20)), Contains("is saturated"));
    set_biases(network, 0, 0);
    CHECK_THAT(text_of(network, health(network, images, 3)), Contains("answers all images alike"));
}

TEST_CASE("parameters that no gradient reaches are told", "[health]") {
    network_health found;
    const auto& network = plan_of<Small>;
    for (int i = 0; i < static_cast<int>(network.parameters.size()); ++i) found.gradients.push_back({i, 1e-3});
    CHECK(complaints(network, found).empty());
    found.gradients[2].size = 0;
    found.gradients[4].size = 1e-12;
    const auto told = complaints(network, found);
    REQUIRE(told.size() == 1);
    CHECK(told[0] == fmt::format("no gradient to speak of reaches {} and 1 more parameter",
                                 std::string_view(network.parameters[2].name)));
    found.gradients[2].size = 1e-3;
    found.gradients[4].size = 90;
    CHECK(complaints(network, found) ==
          std::vector{fmt::format("the gradient explodes at {}, beside those of the others",
                                  std::string_view(network.parameters[4].name))});
    found.gradients[4].size = std::nan("");
    CHECK(complaints(network, found) == std::vector{fmt::format("the gradient of {} is infinite or NaN",
                                                                std::string_view(network.parameters[4].name))});
}

TEST_CASE("runs that are too short for an edge are told, and not as gradients that don't arrive", "[health]") {
    const auto images = bright_halves(32);
    network_module network(plan_of<Late_chain>, {.seed = 1});
    initialise(network, initialisation::balanced, 1, images, 5);
    // The stimulus passes three areas; from E to I and back takes the first of them two steps more.
    const auto one = text_of(network, health(network, images, 1));
    CHECK_THAT(one, Contains("in 1 step the stimulus doesn't reach the answer: that takes 3 steps"));
    const auto four = text_of(network, health(network, images, 4));
    CHECK_THAT(four,
               Contains("in 4 steps the terms of First.E->I and 1 more edge don't reach the answer; in 5 steps the "
                        "terms of all edges do"));
    CHECK_THAT(four, !Contains("no gradient"));
    const auto three = text_of(network, health(network, images, 3));
    CHECK_THAT(three, Contains("the terms of First.E->E and 4 more edges don't reach the answer"));
    CHECK(text_of(network, health(network, images, 5)).empty());
}

TEST_CASE("the gain of loops is the spectral radius of a step", "[health]") {
    const auto images = bright_halves(16);
    network_module network(plan_of<Small>, {.dtype = at::kDouble, .seed = 1});
    initialise(network, initialisation::balanced, 1, images, 3);
    // Recurrent kernels of 0 leave nothing to grow.
    const auto recurrent = [&](int sign) {
        std::vector<int> weights;
        for (const auto& edge : network.plan().edges)
            if (edge.presynaptic >= 0 && !edge.to_output() && edge.sign == sign) weights.push_back(edge.weight);
        return weights;
    };
    const auto before = loops(network, images, 3);
    CHECK(before.gain > 0);
    CHECK(before.is_stable());
    REQUIRE(before.without_inhibition);
    for (const int sign : {1, -1})
        for (const int weight : recurrent(sign)) network.set(weight, 0.0);
    CHECK(loops(network, images, 3).gain < 1e-6);
    // With tau = 4 a disturbance of a state by itself shrinks by 1 - 1/4.
    for (int i = 0; i < network.parameter_count(); ++i)
        if (network.plan().parameters[static_cast<std::size_t>(i)].is == plan::parameter::role::tau)
            network.set(i, 4.0);
    CHECK(loops(network, images, 3).gain == Approx(0.75).epsilon(1e-3));
    CHECK(loop_health{.gain = 0.8, .without_inhibition = 1.5}.is_inhibition_stabilised());
    CHECK_FALSE(loop_health{.gain = 0.8, .without_inhibition = 0.9}.is_inhibition_stabilised());
    CHECK_FALSE(loop_health{.gain = 1.2, .without_inhibition = 1.5}.is_inhibition_stabilised());
}

}  // namespace train_test::health_test
