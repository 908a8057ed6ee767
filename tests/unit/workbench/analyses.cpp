// Analyses against closed forms, and against the same computed another way.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "temp_folder.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>

#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>

#include <cmath>
#include <numbers>

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

// One E and one I at a point, both linear where they are active.
struct Ex : excitatory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};
struct In : inhibitory<1, tau<tau_mode::per_type, 5.0>, nonlinearity<activation::relu>> {};
struct Column
    : area<input<1, 1, 1>, neurons<Ex, In>,
           connectivity<from<stimulus, point, 0, 0>, from<Ex, point, point, point>, from<In, point, point, 0>>,
           output<1>> {};
struct Pair : network<Column> {};

std::shared_ptr<model<Pair>> pair(double self_excitation) {
    const auto net = make<Pair>({.dtype = at::kDouble});
    net->set(weight_of<stimulus, Ex>{}, 2.0);
    net->set(weight_of<Ex, Ex>{}, self_excitation);
    net->set(weight_of<Ex, In>{}, 2.0);
    net->set(weight_of<In, Ex>{}, 1.0);
    net->set(weight_of<In, In>{}, 0.5);
    return net;
}

/// Eigenvalues of ((a, b), (c, d)).
std::array<std::complex<double>, 2> eigenvalues(double a, double b, double c, double d) {
    const std::complex<double> root = std::sqrt(std::complex<double>((a - d) * (a - d) / 4 + b * c));
    return {(a + d) / 2 + root, (a + d) / 2 - root};
}

data::labelled_images shades(const std::vector<float>& values, int repeats) {
    data::labelled_images set{.count = static_cast<int>(values.size()) * repeats,
                              .channels = 1,
                              .height = 1,
                              .width = 1,
                              .classes = static_cast<int>(values.size()),
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "shades"};
    for (int repeat = 0; repeat < repeats; ++repeat)
        for (std::size_t i = 0; i < values.size(); ++i) {
            set.numbers.push_back(values[i]);
            set.labels.push_back(static_cast<std::uint8_t>(i));
        }
    return set;
}

/// A linear network whose rate after one step is the stimulus' convolution.
std::shared_ptr<model<Linear>> linear() {
    const auto net = make<Linear>({.dtype = at::kDouble});
    draw(*net);
    for (int i = 0; i < net->parameter_count(); ++i)
        if (net->plan().parameters[static_cast<std::size_t>(i)].is == plan::parameter::role::tau) net->set(i, 1.0);
    return net;
}

}  // namespace

TEST_CASE("tuning: curves, preference and selectivity of rates that are known") {
    // At the first step h = relu(2 s) / 10.
    const auto net = pair(1.5);
    const auto set = shades({0, 1, 4, 3}, 3);
    const auto found = workbench::tuning_of(*net, set, {.steps = 1, .batch_size = 5});
    REQUIRE(found.size() == 2);
    const auto& e = found[0];
    CHECK(e.rates.flatten()[2].item<double>() == Approx(0.8));
    CHECK(e.deviation.max().item<double>() == Approx(0).margin(1e-7));
    CHECK(e.preferred.item<std::int64_t>() == 2);
    CHECK(e.selectivity.item<double>() == Approx((4.0 - 4.0 / 3) / (4.0 + 4.0 / 3)));
    CHECK(e.aligned.size() == 4);
    CHECK(e.aligned[0] == Approx(0.8));
    CHECK(e.aligned[3] == Approx(0).margin(1e-12));
    CHECK_FALSE(e.vector_length.defined());
    CHECK(found[1].selectivity.item<double>() == 0);  // silent
}

TEST_CASE("tuning: a cosine of a circular variable has the vector length 1/2 at its peak") {
    const auto net = pair(1.5);
    std::vector<float> values;
    for (int i = 0; i < 8; ++i) values.push_back(static_cast<float>(1 + std::cos(2 * std::numbers::pi * (i - 3) / 8)));
    const auto found = workbench::tuning_of(*net, shades(values, 2), {.steps = 1, .period = 180});
    CHECK(found[0].vector_length.item<double>() == Approx(0.5).epsilon(1e-6));
    CHECK(found[0].vector_angle.item<double>() == Approx(3 * 180 / 8.0).epsilon(1e-6));
    // -4 to 3 steps from the preferred value.
    CHECK(found[0].aligned[4] == Approx(0.4).epsilon(1e-6));
    CHECK(found[0].aligned[0] == Approx(0).margin(1e-6));
    CHECK(found[0].aligned[3] == Approx(found[0].aligned[5]));
}

TEST_CASE("tuning: rates by hand, over steps of sequences, with what is preferred by other examples") {
    const auto net = make<Tiny>({.dtype = at::kDouble, .seed = 4});
    const auto set =
        data::gratings({.channels = 2, .height = 6, .width = 5, .angles = 3, .phases = 5, .period = 3, .frames = 4});
    const auto found = workbench::tuning_of(*net, set, {.batch_size = 4, .from = 2});
    net->eval();
    const at::NoGradGuard no_gradients;
    run_request request;
    request.record_states = {true, true};
    const auto run = net->network_module::run(images_of(set).to(at::kDouble), request);
    const auto rates = run.states[0].slice(1, 1).mean(1).view({3, 5, 4, 6, 5});
    CHECK(largest_difference(found[0].rates, rates.mean(1)) < 1e-12);
    CHECK(largest_difference(found[0].deviation, rates.std(1, false)) < 1e-7);
    const auto even = at::stack({rates.select(1, 0), rates.select(1, 2), rates.select(1, 4)}).mean(0).flatten(1);
    const auto odd = at::stack({rates.select(1, 1), rates.select(1, 3)}).mean(0).flatten(1);
    const auto best = odd.gather(0, even.argmax(0).unsqueeze(0)).mean().item<double>();
    CHECK(found[0].aligned[0] == Approx(best));
    CHECK(message_of<usage_error>([&] { workbench::tuning_of(*net, set, {.from = 5}); }) ==
          "rates from step 5 on were asked for, but the run has steps 1 to 4");
}

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

TEST_CASE("spectrum: a pair of E and I has the eigenvalues of its two by two matrix") {
    for (const double self_excitation : {1.5, 0.5}) {
        const auto net = pair(self_excitation);
        const auto found = workbench::spectrum_of(*net, at::ones({1, 1, 1, 1}, at::kDouble), {.steps = 200});
        const auto expected = eigenvalues(1 + (self_excitation - 1) / 10, -0.1, 0.4, 1 - 1.5 / 5);
        REQUIRE(found.whole.eigenvalues.size() == 2);
        CHECK(std::abs(found.whole.eigenvalues[0] - expected[0]) < 1e-7);
        CHECK(std::abs(found.whole.eigenvalues[1] - expected[1]) < 1e-7);
        CHECK(found.whole.abscissa() == Approx(expected[0].real() - 1));
        REQUIRE(found.excitation);
        CHECK(found.excitation->radius() == Approx(1 + (self_excitation - 1) / 10));
        CHECK(found.is_stable());
        CHECK(found.is_inhibition_stabilised() == (self_excitation > 1));
        CHECK(loops(*net, at::ones({1, 1, 1, 1}, at::kDouble), 200).is_inhibition_stabilised() ==
              (self_excitation > 1));
    }
}

TEST_CASE(
    "spectrum: J is the derivative of the step, with feedback and delays, and Arnoldi finds what the matrix has") {
    for (const auto* plan : {&plan_of<Two>, &plan_of<Tiny>, &plan_of<Prompt>}) {
        network_module net(*plan, {.dtype = at::kDouble});
        draw(net);
        const auto stimulus = stimulus_for(*plan, false, layout::batch_first).narrow(0, 0, 1);
        const auto all = workbench::spectrum_of(net, stimulus, {.steps = 4});
        const auto few = workbench::spectrum_of(net, stimulus, {.steps = 4, .dense_up_to = 0, .leading = 6});
        CHECK(all.whole.is_complete);
        CHECK(static_cast<std::int64_t>(all.whole.eigenvalues.size()) == all.whole.size);
        CHECK_FALSE(few.whole.is_complete);
        CHECK(few.whole.radius() == Approx(all.whole.radius()).epsilon(1e-6));
        CHECK(few.whole.abscissa() == Approx(all.whole.abscissa()).epsilon(1e-6).margin(1e-8));
        CHECK(few.excitation->radius() == Approx(all.excitation->radius()).epsilon(1e-6));
        CHECK(few.excitation->size == static_cast<std::int64_t>(all.excitation->eigenvalues.size()));
        // The sum of all eigenvalues is the trace: by differences of the step in the rates, for the network without
        // feedback.
        if (!plan->feedback.empty()) continue;
        const at::NoGradGuard no_gradients;
        net.eval();
        const auto rest = net.run(stimulus, {.steps = 4}).final_states;
        double trace = 0, sum = 0;
        for (std::size_t type = 0; type < rest.size(); ++type)
            for (std::int64_t i = 0; i < rest[type].numel(); ++i) {
                const auto moved = [&](double by) {
                    auto states = rest;
                    states[type] = states[type].clone();
                    states[type].view({-1})[i] += by;
                    const auto after = net.run(stimulus, {.steps = 1, .initial_states = states}).final_states[type];
                    return after.contiguous().view({-1})[i].item<double>();
                };
                trace += (moved(1e-6) - moved(-1e-6)) / 2e-6;
            }
        for (const auto& one : all.whole.eigenvalues) sum += one.real();
        CHECK(sum == Approx(trace).epsilon(1e-6));
    }
}

TEST_CASE("balance: currents of a pair of E and I are weights times rates") {
    const auto net = pair(0.5);
    const auto set = shades({1, 2}, 1);
    const auto found = workbench::balance_of(*net, set, {.steps = 6, .batch_size = 1});
    run_request request{.steps = 6};
    request.record_states = {true, true};
    const at::NoGradGuard no_gradients;
    net->eval();
    const auto run = net->network_module::run(images_of(set).to(at::kDouble), request);
    const auto rate = [&](std::size_t type, int step) {
        return run.states[type].select(1, step - 1).mean().item<double>();
    };
    const auto& e = found[0];
    CHECK(e.steps == std::vector<int>{2, 3, 4, 5, 6});
    using source = workbench::current_source;
    const auto current = [&](const workbench::type_balance& of, source from) {
        return of.current[static_cast<std::size_t>(from)];
    };
    for (std::size_t i = 0; i < 5; ++i) {
        const int before = static_cast<int>(i) + 1;
        CHECK(current(e, source::stimulus)[i] == Approx(2 * 1.5));
        CHECK(current(e, source::excitatory)[i] == Approx(0.5 * rate(0, before)));
        CHECK(current(e, source::inhibitory)[i] == Approx(-rate(1, before)));
        CHECK(e.excitation[i] == Approx(3 + 0.5 * rate(0, before)));
        CHECK(e.ratio[i] == Approx(rate(1, before) / (3 + 0.5 * rate(0, before))));
        CHECK(found[1].excitation[i] == Approx(2 * rate(0, before)));
    }
    CHECK(current(e, source::feedback).empty());
    CHECK(current(found[1], source::stimulus).empty());
    CHECK(e.ratio_by_neuron.item<double>() == Approx(e.ratio.back()));
    CHECK(e.correlation == Approx(1));  // both double with the stimulus
    CHECK_THROWS_AS(workbench::balance_of(*net, set, {.steps = 1}), usage_error);
}

TEST_CASE("balance: currents add up to the drive, between areas, with feedback and a delay") {
    for (const auto* plan : {&plan_of<Two>, &plan_of<Prompt>}) {
        network_module net(*plan, {.dtype = at::kDouble});
        draw(net);
        // Small drives, from which a sigmoid can be inverted.
        for (int i = 0; i < net.parameter_count(); ++i)
            if (plan->parameters[static_cast<std::size_t>(i)].is != plan::parameter::role::tau)
                net.set(i, net.parameter(i).detach() * 0.02);
        net.eval();
        const auto& in = plan->areas.front().input;
        data::labelled_images set = data::gratings(
            {.channels = in.channels, .height = in.height, .width = in.width, .angles = 2, .phases = 2, .period = 3});
        const auto found = workbench::balance_of(net, set, {.steps = 4, .batch_size = 3});
        const at::NoGradGuard no_gradients;
        auto request = everything(*plan);
        const auto run = net.run(images_of(set).to(at::kDouble), request);
        for (std::size_t type = 0; type < plan->types.size(); ++type) {
            const auto& one = plan->types[type];
            // The drive is known where the nonlinearity is one-to-one and easily inverted.
            if (one.nonlinearity != activation::none && one.nonlinearity != activation::sigmoid) continue;
            const auto tau = net.parameter(one.tau_parameter);
            const auto f =
                run.states[type].select(1, 2) + tau * (run.states[type].select(1, 3) - run.states[type].select(1, 2));
            const auto drive = one.nonlinearity == activation::none ? f : (f / (1 - f)).log();
            CHECK(found[type].excitation.back() - found[type].inhibition.back() ==
                  Approx(drive.mean().item<double>()).epsilon(1e-9));
            double sum = 0;
            for (const auto& currents : found[type].current) sum += currents.empty() ? 0 : currents.back();
            CHECK(sum == Approx(drive.mean().item<double>()).epsilon(1e-9));
        }
    }
}

TEST_CASE("figures of analyses hold what was found") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    draw(*net);
    const auto& plan = plan_of<Tiny>;
    const auto set = data::gratings({.channels = 2, .height = 6, .width = 5, .angles = 3, .phases = 2, .period = 3});
    const auto tuning = workbench::tuning_of(*net, set, {.steps = 2, .period = 180});
    const auto plots = workbench::tuning_plots(plan, tuning, 180);
    REQUIRE(plots.size() == 2);
    CHECK(plots[0].curves[1].label == "V1.I");
    CHECK(plots[0].curves[0].x == std::vector<double>{-60, 0, 60});
    double all = 0;
    for (const double share : plots[1].curves[0].y) all += share;
    CHECK(all == Approx(1));
    const auto fields = workbench::fields_by_gradient(*net, workbench::neurons_in(plan, "E"), normal({1, 2, 6, 5}, 2),
                                                      {.steps = 3, .by_lag = true});
    const auto maps = workbench::field_maps(plan, fields);
    CHECK(maps.panels.size() == 12);
    CHECK(maps.row_titles.front() == "V1.E[0]@3,2");
    CHECK(maps.panels[1].values[7] == Approx(fields[0].weights[1].sum(0)[1][2].item<double>()));
    // Only what isn't 0, and two rows and columns around it.
    workbench::receptive_field point_field{.of = {}, .weights = at::zeros({1, 1, 12, 12}, at::kDouble)};
    point_field.weights[0][0][3][8] = 1;
    const auto cut_out = workbench::field_maps(plan, std::vector{point_field});
    CHECK(cut_out.panels[0].rows == 5);
    CHECK(cut_out.panels[0].values[2 * 5 + 2] == 1);
    CHECK(cut_out.caption == "rows 1 to 5, columns 6 to 10");
    const auto spectrum = workbench::spectrum_of(*net, normal({1, 2, 6, 5}, 2), {.steps = 2});
    const auto plane = workbench::spectrum_plot(spectrum);
    CHECK(plane.curves[0].x.size() == spectrum.whole.eigenvalues.size());
    CHECK(plane.is_square);
    const auto balance = workbench::balance_plots(plan, workbench::balance_of(*net, set, {.steps = 3}));
    CHECK(balance.size() == 3);
    CHECK(balance[0].curves.size() == 3);  // stimulus, excitatory, inhibitory
}
