// Weight decay by class, penalties and clipping, against autograd, LibTorch's own clipping, and each other.

#include "train/regularise.hpp"

#include "networks.hpp"
#include "train/step.hpp"

#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/images_of.hpp>

#include <torch/nn/utils/clip_grad.h>
#include <torch/types.h>

#include <cmath>

#include <catch.hpp>

namespace train_test::regularise_test {

namespace {

struct A : excitatory_cells<> {};
struct B : inhibitory_cells<> {};
struct Wired : connectome<cells<A, B>, synapses<projects<A, B>, projects<B, A>>, stimulus_to<A>, output_from<A>> {};
struct Told : classifier<Wired, classes<2>, hidden<4>> {};

std::shared_ptr<network_module> fresh(const plan::network& network = plan_of<Small>) {
    return std::make_shared<network_module>(network, module_options{.dtype = at::kDouble, .seed = 1});
}

int parameter_of(const network_module& network, std::string_view from) {
    for (const auto& edge : network.plan().edges)
        if (edge.presynaptic >= 0 && network.plan().types[static_cast<std::size_t>(edge.presynaptic)].name == from)
            return edge.weight;
    FAIL("no edge from " << from);
    return -1;
}

std::vector<at::Tensor> parameters_of(const network_module& network) {
    std::vector<at::Tensor> all;
    for (int i = 0; i < network.parameter_count(); ++i) all.push_back(network.parameter(i));
    return all;
}

void set_gradients(const network_module& network, double size) {
    for (const auto& parameter : parameters_of(network))
        parameter.mutable_grad() =
            at::full_like(parameter, size).mul_(at::arange(parameter.numel()).view_as(parameter) - 1);
}

/// Sum of squares of all gradients' differences.
double difference(const network_module& one, const network_module& other) {
    double sum = 0;
    for (int i = 0; i < one.parameter_count(); ++i)
        sum += (one.parameter(i).grad() - other.parameter(i).grad()).square().sum().item<double>();
    return sum;
}

}  // namespace

TEST_CASE("weights decay by the class of the presynaptic cell", "[regularise]") {
    const auto network = fresh();
    optimiser_options options;
    for (const auto& decay : decays_of(*network, options)) CHECK(!decay.defined());
    options.weight_decay = 0.1;
    options.excitatory_weight_decay = 0.2;
    options.inhibitory_weight_decay = 0.0;
    const auto decays = decays_of(*network, options);
    const auto decay = [&](int index) {
        const auto& one = decays[static_cast<std::size_t>(index)];
        return one.defined() ? one.item<double>() : 0.0;
    };
    CHECK(decay(parameter_of(*network, "E")) == 0.2);
    CHECK(decay(parameter_of(*network, "I")) == 0.0);
    CHECK(decay(network->plan().readout.weight[0]) == 0.1);
    CHECK(decay(network->plan().readout.bias[0]) == 0.0);
    for (const auto& type : network->plan().types) CHECK(decay(type.tau_parameter) == 0.0);
}

TEST_CASE("penalties on weights have autograd's gradients", "[regularise]") {
    const auto network = fresh(plan_of<TwoAreas>), other = fresh(plan_of<TwoAreas>);
    const penalty_options options{.weight_l1 = 0.3, .wiring_length = 0.2};
    set_gradients(*network, 0);
    add_gradients(*network, costs_of(*network, options));
    at::Tensor penalty = at::zeros({}, at::kDouble);
    const auto& plan = other->plan();
    const auto add = [&](int weight) {
        const auto& kernel = other->parameter(weight);
        for (std::int64_t row = 0; row < kernel.size(2); ++row)
            for (std::int64_t column = 0; column < kernel.size(3); ++column) {
                const auto length = std::hypot(static_cast<double>(row - kernel.size(2) / 2),
                                               static_cast<double>(column - kernel.size(3) / 2));
                const auto sum = kernel.select(2, row).select(2, column).abs().sum();
                penalty = penalty + (options.weight_l1 + options.wiring_length * length) * sum;
            }
    };
    for (const auto& edge : plan.edges) add(edge.weight);
    for (const auto& edge : plan.feedback) add(edge.weight);
    set_gradients(*other, 0);
    penalty.backward();
    CHECK(difference(*network, *other) < 1e-20);
    CHECK(network->parameter(plan.readout.weight[0]).grad().any().item<bool>() == false);
    CHECK(network->parameter(plan.edges[0].weight).grad().any().item<bool>());
}

TEST_CASE("gradients are clipped as LibTorch clips them", "[regularise]") {
    for (const double size : {1e-6, 1.0}) {  // below the norm nothing changes
        const auto network = fresh(), other = fresh();
        set_gradients(*network, size);
        set_gradients(*other, size);
        optimiser_options options;
        options.clip_norm = 0.5;
        clip_gradients(*network, options);
        torch::nn::utils::clip_grad_norm_(parameters_of(*other), 0.5);
        CHECK(difference(*network, *other) < 1e-24);
        options.clip_norm.reset();
        options.clip_value = 0.01;
        clip_gradients(*network, options);
        torch::nn::utils::clip_grad_value_(parameters_of(*other), 0.01);
        CHECK(difference(*network, *other) < 1e-24);
    }
}

TEST_CASE("activity that costs is part of what a step lowers, and not of the loss that is told", "[regularise]") {
    const auto examples = bright_halves(16);
    const auto images = images_of(examples).to(at::kDouble), labels = labels_of(examples);
    const learning_task plain{.request = shown(examples, 3, false)};
    auto task = plain;
    task.penalties = {.activity_l1 = 0.3, .activity_l2 = 0.7};
    const auto network = fresh(), other = fresh();
    network->eval();
    other->eval();
    const auto run = other->run(images, {.steps = 3, .record_states = {true, true}});
    std::vector<at::Tensor> flat;
    for (const auto& states : run.states) flat.push_back(states.flatten());
    const auto rates = at::cat(flat);
    const auto loss = at::cross_entropy_loss(run.logits, labels);
    (loss + 0.3 * rates.abs().mean() + 0.7 * rates.square().mean()).backward();
    optimiser ours(*network, {}), theirs(*other, {});
    const auto outcome = learn_from(*network, ours, task, {images, labels}, 1e-2);
    theirs.step(1e-2);
    CHECK(outcome.loss == Approx(loss.item<double>()));
    for (int i = 0; i < network->parameter_count(); ++i)
        CHECK(at::allclose(network->parameter(i), other->parameter(i), 1e-6, 1e-9));
    const auto without = fresh();
    without->eval();
    optimiser none(*without, {});
    learn_from(*without, none, plain, {images, labels}, 1e-2);
    CHECK(!at::allclose(without->parameter(0), network->parameter(0)));
}

TEST_CASE("synapses of a connectome decay one by one, and have no length", "[regularise]") {
    const connectome_data wiring{
        .graph = {.neurons = {.types = {0, 0, 1}, .type_names = {"A", "B"}, .ids = {}, .classes = {}},
                  .synapses = {.presynaptic = {0, 2, 1}, .postsynaptic = {2, 1, 2}, .weights = {1, 1, 1}}}};
    const connectome_module network(plan_of<Told>, wiring);
    CHECK_THROWS_WITH(costs_of(network, {.wiring_length = 0.1}), Catch::Matchers::Contains("have no places"));
    optimiser_options options;
    options.inhibitory_weight_decay = 0.5;
    for (int i = 0; i < network.parameter_count(); ++i) {
        const auto decay = decays_of(network, options)[static_cast<std::size_t>(i)];
        const bool is_synapses =
            network.declared_parameters()[static_cast<std::size_t>(i)].is == plan::parameter::role::synapses;
        CHECK(decay.defined() == is_synapses);
        if (is_synapses) CHECK(at::equal(decay, at::tensor({0.0F, 0.5F, 0.0F})));
    }
}

}  // namespace train_test::regularise_test
