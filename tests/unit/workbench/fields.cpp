// Receptive fields of a linear network, and of pulses.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/fields.hpp>

#include <cmath>
#include <memory>

namespace workbench_fields_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr edge point{.extent = {1, 1}, .bias = false};

// Linear, without recurrence that acts at once: rates are a convolution of the stimulus.
struct L : hybrid<2, nonlinearity<activation::none>> {};
struct Lens
    : area<input<1, 9, 9>, neurons<L>,
           connectivity<from<stimulus, edge{.extent = {3, 3}, .bias = false}, 0>, from<L, point, point>>, output<1>> {};
struct Linear : network<Lens> {};

/// A linear network whose rate after one step is the stimulus' convolution.
std::shared_ptr<model<Linear>> linear() {
    const auto net = make<Linear>({.dtype = at::kDouble});
    draw(*net);
    for (int i = 0; i < net->parameter_count(); ++i)
        if (net->plan().parameters[static_cast<std::size_t>(i)].is == plan::parameter::role::tau) net->set(i, 1.0);
    return net;
}

}  // namespace

TEST_CASE("fields: of a linear network, the gradient is the kernel, and so is reverse correlation but for its error") {
    const auto net = linear();
    const auto& plan = plan_of<Linear>;
    const auto neurons = workbench::neurons_in(plan, "L[1]@4,3");
    REQUIRE(neurons.size() == 1);
    CHECK(workbench::name_of(plan, neurons.front()) == "Lens.L[1]@4,3");
    const auto kernel = net->parameter(plan.edges[0].weight).detach()[1][0];  // (3, 3)
    auto expected = at::zeros({9, 9}, at::kDouble);
    expected.slice(0, 3, 6).slice(1, 2, 5).copy_(kernel);
    const auto gradient =
        workbench::fields_by_gradient(*net, neurons, normal({3, 1, 9, 9}, 1), {.steps = 1, .batch_size = 2});
    CHECK(gradient.front().weights.sizes() == at::IntArrayRef({1, 1, 9, 9}));
    CHECK(largest_difference(gradient.front().weights[0][0], expected) < 1e-12);

    const auto noise = workbench::fields_by_noise(
        *net, neurons, {.steps = 1, .batch_size = 500, .stimuli = 20'000, .deviation = 2, .seed = 3});
    const auto errors = (noise.front().weights[0][0] - expected) / noise.front().error[0][0];
    CHECK(errors.square().mean().sqrt().item<double>() < 1.3);
    CHECK(errors.square().mean().sqrt().item<double>() > 0.7);
    CHECK(errors.abs().max().item<double>() < 4.5);

    const auto shape = workbench::shape_of(gradient.front());
    const auto power = kernel.square();
    double row = 0;
    for (int i = 0; i < 3; ++i) row += (3 + i) * (power[i].sum() / power.sum()).item<double>();
    CHECK(shape.row == Approx(row));
    CHECK(std::abs(shape.peak) == Approx(kernel.abs().max().item<double>()));
    CHECK(shape.weights_counted == 9);
    // The noise of all other pixels is no part of the field's shape.
    const auto by_noise = workbench::shape_of(noise.front());
    CHECK(by_noise.weights_counted <= 9);
    CHECK(by_noise.row == Approx(shape.row).margin(0.2));
    CHECK(by_noise.radius == Approx(shape.radius).epsilon(0.15));
    CHECK(by_noise.excitatory == Approx(shape.excitatory).margin(0.1));
    const auto few = workbench::fields_by_noise(*net, neurons, {.steps = 1, .batch_size = 2, .stimuli = 2});
    CHECK(workbench::shape_of(few.front()).weights_counted == 0);
    CHECK(workbench::shape_of(few.front()).radius == 0);
}

TEST_CASE("fields: a neuron that doesn't answer has none, though sums of its constant rate round") {
    const auto net = make<Two>({.dtype = at::kDouble});
    for (int i = 0; i < net->parameter_count(); ++i)
        if (net->plan().parameters[static_cast<std::size_t>(i)].is == plan::parameter::role::edge_weight)
            net->set(i, 0.0);
    const auto neurons = workbench::neurons_in(plan_of<Two>, "Lower.E[0]@1,1");
    const auto deaf = workbench::fields_by_noise(*net, neurons, {.steps = 2, .batch_size = 300, .stimuli = 2000});
    CHECK(deaf.front().weights.abs().max().item<double>() == 0);
    CHECK(workbench::shape_of(deaf.front()).weights_counted == 0);
}

TEST_CASE("fields: by lag, the gradient is what a pulse at that step does") {
    const auto net = make<Two>({.dtype = at::kDouble});
    draw(*net);
    net->eval();
    const auto neurons = workbench::neurons_in(plan_of<Two>, "H[0..1]@1,2");
    REQUIRE(neurons.size() == 2);
    const auto stimuli = normal({2, 2, 6, 5}, 8);
    const auto fields = workbench::fields_by_gradient(*net, neurons, stimuli, {.steps = 4, .by_lag = true});
    REQUIRE(fields[1].weights.size(0) == 4);
    const at::NoGradGuard no_gradients;
    const auto rate = [&](int frame, double change) {
        auto sequence = stimuli.unsqueeze(1).repeat({1, 4, 1, 1, 1});
        sequence.select(1, frame).select(1, 1).select(1, 3).select(1, 2).add_(change);
        return net->network_module::run(sequence, {})
            .final_states[2]
            .select(1, 1)
            .select(1, 1)
            .select(1, 2)
            .mean()
            .item<double>();
    };
    // Of sequences without being asked, and the same where their frames are.
    const auto of_sequences =
        workbench::fields_by_gradient(*net, neurons, stimuli.unsqueeze(1).repeat({1, 4, 1, 1, 1}), {.steps = 4});
    CHECK(at::equal(of_sequences[1].weights, fields[1].weights));
    CHECK(message_of<usage_error>([&] {
              workbench::fields_by_gradient(*net, neurons, stimuli.unsqueeze(1), {.steps = 4});
          }) == "sequences of 1 frames can't be shown in 4 steps");
    for (int lag = 0; lag < 4; ++lag) {
        const double slope = (rate(3 - lag, 1e-5) - rate(3 - lag, -1e-5)) / 2e-5;
        CHECK(fields[1].weights[lag][1][3][2].item<double>() == Approx(slope).epsilon(1e-5).margin(1e-9));
    }
}

TEST_CASE("fields: neurons by name") {
    const auto& plan = plan_of<Tiny>;
    CHECK(workbench::neurons_in(plan, "E").size() == 4);
    CHECK(workbench::name_of(plan, workbench::neurons_in(plan, "E").front()) == "V1.E[0]@3,2");
    CHECK(workbench::neurons_in(plan, "E[1]@0..1,*").size() == 10);
    CHECK(contains(message_of<usage_error>([&] { workbench::neurons_in(plan, "V1.F"); }), "nearest name"));
    CHECK(contains(message_of<usage_error>([&] { workbench::neurons_in(plan, "E[7]"); }),
                   "there is no neuron V1.E[7]@3,2"));
    CHECK(contains(message_of<usage_error>([&] { workbench::neurons_in(plan, "E:2"); }), "of neurons alone"));
}

}  // namespace workbench_fields_test
