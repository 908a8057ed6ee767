// Whether a connectome is alive, and how its strengths step.

#include <cortexpr/dsl.hpp>
#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/train/health.hpp>

#include <torch/types.h>

#include <catch.hpp>

namespace train_test::connectome_health_test {

using namespace cortexpr;

namespace {

struct In : excitatory_cells<nonlinearity<activation::relu>, no_tau> {};
struct Mid : excitatory_cells<tau<tau_mode::per_type, 1.25>> {};
struct Out : inhibitory_cells<nonlinearity<activation::relu>, tau<tau_mode::per_type, 1.25>> {};
struct Line : connectome<cells<In, Mid, Out>, synapses<projects<In, Mid>, projects<Mid, Out>>, stimulus_to<In>,
                         output_from<Out>, weights<weight_mode::scaled_counts>> {};
struct Told : classifier<Line, classes<2>, hidden<8>> {};

connectome_data line() {
    return {
        .graph = {.neurons = {.types = {0, 0, 1, 1, 2}, .type_names = {"In", "Mid", "Out"}, .ids = {}, .classes = {}},
                  .synapses = {.presynaptic = {0, 1, 2, 3}, .postsynaptic = {2, 3, 4, 4}, .weights = {2, 6, 3, 5}}}};
}

int parameter_named(const connectome_module& network, std::string_view name) {
    for (int i = 0; i < network.parameter_count(); ++i)
        if (std::string_view(network.declared_parameters()[static_cast<std::size_t>(i)].name) == name) return i;
    return -1;
}

}  // namespace

TEST_CASE("a connectome that is alive has no complaints, and each fault is told by type", "[health]") {
    const auto net = make<Told>(line(), {.seed = 1});
    const auto inputs = torch::rand({16, 2}), labels = torch::randint(2, {16}, at::kLong);
    const auto found = health(*net, inputs, labels, 4);
    CHECK(complaints(*net, found) == std::vector<std::string>{});
    REQUIRE(found.rates.size() == 3 * 4);
    const auto& first = found.rates.front();
    CHECK(first.type == 0);
    CHECK(first.mean == Approx(inputs.mean().item<double>()));
    CHECK(first.low < first.mean);
    CHECK(first.high > first.mean);
    CHECK(found.gradients.size() == static_cast<std::size_t>(net->parameter_count()));

    const int bias = parameter_named(*net, "rnn.hh.bias");
    REQUIRE(bias >= 0);
    auto biases = net->parameter(bias).detach().clone();
    biases.narrow(0, 4, 1).fill_(-50);
    net->set(bias, biases);
    const auto faults = complaints(*net, health(*net, inputs, labels, 4));
    REQUIRE(!faults.empty());
    CHECK(faults.front() == "Out is silent (100 % of the neurons) from step 1 on");
    biases.narrow(0, 2, 2).fill_(50);
    net->set(bias, biases);
    CHECK(complaints(*net, health(*net, inputs, labels, 4)).front().starts_with("Mid is saturated"));
}

TEST_CASE("strengths times counts step as weights that stand for themselves", "[health]") {
    const auto net = make<Told>(line());
    CHECK(net->step_gain(parameter_named(*net, "rnn.hh.values")) == Approx(4.0 / 16));
    CHECK(net->step_gain(parameter_named(*net, "rnn.hh.bias")) == 1);
}

}  // namespace train_test::connectome_health_test
