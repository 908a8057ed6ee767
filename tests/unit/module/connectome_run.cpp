// Connectomes under perturbations, step by step and in continuous time.

#include "catch.hpp"
#include "module/connectome_networks.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cortexpr::module_connectome_run_test {

using namespace connectome_networks;

TEST_CASE("cells are silenced, clamped and driven at the steps that are asked for") {
    for (const auto with : {executor::transparent, executor::planned}) {
        const auto net =
            make<Motion<weight_mode::per_synapse>>(motion_graph(4), {.dtype = at::kDouble, .executor = with});
        const auto input = at::rand({3, net->input_size()}, at::kDouble);
        const auto free = net->run(input, steps{6}, record_states{});
        const auto silenced = net->run(input, steps{6}, record_states{}, silence<L1>{.from = 3});
        CHECK(at::equal(silenced.states.slice(1, 0, 2), free.states.slice(1, 0, 2)));
        CHECK(silenced.state<L1>().slice(1, 2).abs().max().item<double>() == 0);
        // Others hear of it one step later.
        CHECK(at::equal(silenced.state<Mi1>().select(1, 2), free.state<Mi1>().select(1, 2)));
        CHECK(gap(silenced.state<Mi1>().select(1, 3), free.state<Mi1>().select(1, 3)) > 1e-6);

        const auto clamped = net->run(input, steps{6}, record_states{}, clamp<L1>{.value = 0.7, .from = 2, .to = 4});
        const auto held = clamped.state<L1>().slice(1, 1, 4);
        CHECK(gap(held, at::full_like(held, 0.7)) < 1e-15);
        CHECK(gap(clamped.state<L1>().select(1, 4), held.select(1, 0)) > 1e-3);
        const auto cell = net->cells_of<L1>().front();
        const auto one = net->run(input, steps{6}, record_states{}, clamp_cells{.cells = {cell}, .value = 0.7});
        CHECK(gap(one.states.select(2, cell), at::full({3, 6}, 0.7, at::kDouble)) < 1e-15);

        const auto driven = net->run(input, steps{6}, record_states{}, inject<Mi1>{.current = 0.5, .from = 3, .to = 3});
        CHECK(at::equal(driven.states.slice(1, 0, 2), free.states.slice(1, 0, 2)));
        CHECK(driven.state<Mi1>().select(1, 2).mean().item<double>() >
              free.state<Mi1>().select(1, 2).mean().item<double>());
        CHECK_THROWS_WITH(net->run(input, steps{6}, silence<L1>{.from = 0}), Catch::Contains("steps count from 1"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, clamp_cells{.cells = {99}}), Catch::Contains("cells 0 to 43"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, inject<L1>{.current = 1, .from = 7, .to = 9}),
                          Catch::Contains("from step 7, but the run has 6"));
        CHECK_THROWS_WITH(net->run(input.to_sparse(), steps{6}), Catch::Contains("the input is a sparse tensor"));
        const auto refused = [&](const auto& perturbed, const std::string& words) {
            CHECK_THROWS_WITH(net->run(input, steps{6}, perturbed), Catch::Contains(words));
        };
        const auto narrow = make<Motion<weight_mode::per_synapse>>(motion_graph(4), {.executor = with});
        const auto refused_in_float32 = [&](const auto& perturbed, const std::string& what) {
            CHECK_THROWS_WITH(narrow->run(input.to(at::kFloat), steps{6}, perturbed),
                              Catch::Contains(what + " has an amount of 1e+300, beyond float32"));
        };
        refused_in_float32(inject<L1>{.current = 1e300}, "inject of cells");
        refused_in_float32(clamp<L1>{.value = 1e300}, "clamp of cells");
        refused_in_float32(scale_edge<L1, Mi1>{.factor = 1e300}, "scale_edge of synapses");
        refused_in_float32(noise<L1>{.deviation = 1e300}, "noise of cells");
        refused_in_float32(freeze_tau<L1>{.value = 1e300}, "freeze_tau of cells");
        const auto saturated = net->run(input, steps{6}, record_states{}, inject<R>{.current = 1e300});
        CHECK(saturated.state<R>().min().item<double>() == 1);
        refused(inject<R>{.current = NAN}, "inject of cells has an amount of nan, which is not finite");
        refused(scale_edge<L1, Mi1>{.factor = -2}, "scale_edge of synapses has the factor -2");
        refused(noise<L1>{.deviation = -1}, "noise of cells has the deviation -1; give one from 0");
        refused(freeze_tau<L1>{.value = 0.5}, "freeze_tau of cells has the time constant 0.5; give one from 1");
        const auto frames = input.slice(0, 0, 1).unsqueeze(1).expand({1, 4294967301, -1});
        CHECK_THROWS_WITH(net->run(frames), Catch::Contains("the sequence has 4294967301 steps, more than 1,000,000"));
    }
}

struct Signed : hybrid_cells<> {};
struct Tanh : hybrid_cells<nonlinearity<activation::tanh>> {};
struct ByFile : connectome<cells<Signed, Tanh>, synapses<as_in_the_file>, stimulus_to<Signed>, output_from<Signed>> {};

TEST_CASE("no clamp and no start turns the sign of a cell whose class the graph says") {
    connectome_data data;
    data.graph.neurons = {.types = {0, 0, 1, 1},
                          .type_names = {"Signed", "Tanh"},
                          .ids = {},
                          .classes = {neuron_class::excitatory, neuron_class::hybrid, neuron_class::inhibitory,
                                      neuron_class::excitatory}};
    data.graph.synapses = {.presynaptic = {0, 1, 2, 3}, .postsynaptic = {1, 2, 3, 0}, .weights = {1, 2, 3, 4}};
    const auto net = make<ByFile>(data);
    const auto input = at::rand({2, 2});
    CHECK_THROWS_WITH(
        net->run(input, steps{3}, clamp_cells{.cells = {1, 0}, .value = -0.5}),
        Catch::Contains("cell 0 (Signed) holds a negative rate, -0.5, which would turn the sign of an excitatory"));
    CHECK_THROWS_WITH(net->run(input, steps{3}, clamp<Signed>{.value = -0.5}),
                      Catch::Contains("cell 0 (Signed) holds a negative rate"));
    CHECK_THROWS_WITH(net->run(input, steps{3}, start_cells{at::full({1, 4}, -1.0)}),
                      Catch::Contains("would turn the sign of an excitatory cell; give rates >= 0, or leave the cell's "
                                      "class out of the graph"));
    // A cell without a class, and those whose own rates are negative at times.
    CHECK_NOTHROW(net->run(input, steps{3}, clamp_cells{.cells = {1, 2, 3}, .value = -0.5}));
    CHECK_NOTHROW(net->run(input, steps{3}, start_cells{at::tensor({0.F, -1.F, -1.F, -1.F}).unsqueeze(0)}));
}

// Step by step: a run of one step, whose state is written over.
TEST_CASE("of clamps that hold a cell at a step the last one counts, whichever began first") {
    std::vector<clamp_cells> clamps{{.cells = {0, 1, 2, 3}, .value = 0, .from = 2},
                                    {.cells = {1, 2, 5}, .value = 0.4},
                                    {.cells = {2, 6}, .value = 0.9, .from = 3, .to = 4},
                                    {.cells = {3, 5}, .value = 0.3, .from = 5, .to = 5},
                                    {.cells = {6}, .value = 0.1, .from = 4, .to = 100}};
    for (const auto with : {executor::transparent, executor::planned}) {
        const auto net =
            make<Motion<weight_mode::per_synapse>>(motion_graph(4), {.dtype = at::kDouble, .executor = with});
        const auto input = at::rand({3, net->input_size()}, at::kDouble);
        for (std::size_t turn = 0; turn < clamps.size(); ++turn) {
            std::ranges::rotate(clamps, clamps.begin() + 1);
            connectome_request one{.steps = 1}, all{.steps = 7, .record_states = true, .clamps = clamps};
            const auto found = net->run(input, all).states;
            for (int step = 1; step <= 7; ++step) {
                one.initial_state = net->run(input, one).final_state.clone();
                for (const auto& clamp : clamps)
                    if (clamp.from <= step && step <= clamp.to.value_or(7))
                        for (const auto cell : clamp.cells) one.initial_state.select(1, cell).fill_(clamp.value);
                INFO("turn " << turn << ", step " << step);
                CHECK(gap(found.select(1, step - 1), one.initial_state) < 1e-14);
            }
        }
    }
}

TEST_CASE("synapses are scaled and cut, time constants frozen, and noise added, at the steps that are asked for") {
    for (const auto with : {executor::transparent, executor::planned}) {
        const auto net =
            make<Motion<weight_mode::per_type_pair>>(motion_graph(4), {.dtype = at::kDouble, .executor = with});
        const auto input = at::rand({3, net->input_size()}, at::kDouble);
        const auto free = net->run(input, steps{6}, record_states{});

        // As a network whose one weight from L1 to Mi1 is half as large.
        const auto halved = net->run(input, steps{6}, record_states{}, scale_edge<L1, Mi1>{.factor = 0.5});
        const auto synapses = net->synapses_between(1, 2);
        REQUIRE(!synapses.empty());
        for (const auto one : synapses) {
            const auto at = static_cast<std::size_t>(one);
            CHECK(std::ranges::count(net->cells_of<L1>(), net->presynaptic_cells()[at]) == 1);
            CHECK(std::ranges::count(net->cells_of<Mi1>(), net->postsynaptic_cells()[at]) == 1);
        }
        const auto by_number =
            net->run(input, steps{6}, record_states{}, scale_synapses{.synapses = synapses, .factor = 0.5});
        CHECK(at::equal(halved.states, by_number.states));
        const auto other =
            make<Motion<weight_mode::per_synapse>>(motion_graph(4), {.dtype = at::kDouble, .executor = with});
        {
            const at::NoGradGuard no_gradients;
            for (const auto* name : {"hh.bias", "tau"})
                other->named_parameters()[name].copy_(net->named_parameters()[name]);
            // Synapses of hybrid cells have a parameter of their own, in the graph's order.
            auto weights = net->synaptic_weights().detach().clone();
            for (const auto one : synapses) weights[one] *= 0.5;
            std::vector<std::int64_t> plain, hybrid;
            for (std::int64_t i = 0; i < net->synapse_count(); ++i) {
                const auto from = net->presynaptic_cells()[static_cast<std::size_t>(i)];
                (std::ranges::count(net->cells_of<Mod>(), from) == 1 ? hybrid : plain).push_back(i);
            }
            other->named_parameters()["hh.values"].copy_(weights.index_select(0, at::tensor(plain)));
            other->named_parameters()["hh.hybrid_values"].copy_(weights.index_select(0, at::tensor(hybrid)));
        }
        CHECK(gap(halved.states, other->run(input, steps{6}, record_states{}).states) < 1e-13);
        CHECK(gap(halved.states, free.states) > 1e-6);

        const auto cut_late = net->run(input, steps{6}, record_states{}, cut<L1, Mi1>{.from = 3, .to = 4});
        CHECK(at::equal(cut_late.states.slice(1, 0, 2), free.states.slice(1, 0, 2)));
        CHECK(cut_late.state<Mi1>().select(1, 2).mean().item<double>() >
              free.state<Mi1>().select(1, 2).mean().item<double>());  // L1 inhibits

        const auto slow = net->run(input, steps{6}, record_states{}, freeze_tau<Mi1>{.value = 5, .from = 2});
        CHECK(at::equal(slow.states.select(1, 0), free.states.select(1, 0)));
        const auto late = net->run(input, steps{2}, record_states{}, freeze_tau<Mi1>{.value = 1e6, .from = 2});
        CHECK(gap(late.state<Mi1>().select(1, 1), late.state<Mi1>().select(1, 0)) < 1e-5);
        const auto frozen = net->run(input, steps{3}, record_states{}, freeze_tau<Mi1>{});
        CHECK(gap(frozen.states, free.states.slice(1, 0, 3)) < 1e-15);

        // A current of noise in one step, and its deviation over many cells and samples.
        const auto many = at::rand({400, net->input_size()}, at::kDouble);
        const auto noisy_inputs = [&](const at::Tensor& inputs, std::uint64_t seed) {
            net->generator().set_current_seed(seed);
            return net->run(inputs, steps{3}, record_states{}, noise<Mod>{.deviation = 0.25, .from = 2, .to = 2});
        };
        const auto quiet = net->run(many, steps{3}, record_states{});
        const auto noisy = noisy_inputs(many, 5);
        CHECK(at::equal(noisy.states.select(1, 0), quiet.states.select(1, 0)));
        CHECK(at::equal(noisy.states, noisy_inputs(many, 5).states));
        CHECK_FALSE(at::equal(noisy.states, noisy_inputs(many, 6).states));
        net->generator().set_current_seed(5);
        std::vector<at::Tensor> halves;
        for (const int half : {0, 1})
            halves.push_back(net->run(many.slice(0, 200 * half, 200 * (half + 1)), steps{3}, record_states{},
                                      noise<Mod>{.deviation = 0.25, .from = 2, .to = 2})
                                 .states);
        CHECK(gap(at::cat(halves), noisy.states) < 1e-14);
        const auto added = noisy.state<Mod>().select(1, 1) - quiet.state<Mod>().select(1, 1);
        CHECK(added.abs().max().item<double>() > 0);
        CHECK(std::abs(added.mean().item<double>()) < 0.02);

        CHECK_THROWS_WITH(net->run(input, steps{6}, scale_edge<L1, Mi1>{.factor = -1}), Catch::Contains("from 0"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, noise<Mod>{.deviation = -1}), Catch::Contains("deviation -1"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, freeze_tau<Mi1>{.value = 0.5}), Catch::Contains("from 1"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, scale_synapses{.synapses = {-1}}), Catch::Contains("synapse -1"));
        CHECK_THROWS_WITH(net->run(input, {.noises = {{.cells = {0}}}, .continuous = continuous_time{}}),
                          Catch::Contains("drawn step by step"));
    }
}

TEST_CASE("perturb: a projection that has no synapse can't be cut") {
    auto data = motion_graph(7);
    auto& [neurons, synapses] = data.graph;
    for (std::size_t k = synapses.presynaptic.size(); k-- > 0;) {
        if (neurons.type_names[static_cast<std::size_t>(
                neurons.types[static_cast<std::size_t>(synapses.presynaptic[k])])] != "Mod")
            continue;
        const auto at = static_cast<std::ptrdiff_t>(k);
        synapses.presynaptic.erase(synapses.presynaptic.begin() + at);
        synapses.postsynaptic.erase(synapses.postsynaptic.begin() + at);
        synapses.weights.erase(synapses.weights.begin() + at);
    }
    const auto net = make<Directions>(data);
    CHECK_THROWS_WITH(net->run(at::rand({1, net->input_size()}), cut<Mod, Mi1>{}),
                      Catch::Contains("no synapse leads from Mod to Mi1"));
}

TEST_CASE("perturb: all runs from then on, as if each were asked, until it ends") {
    const auto net = make<Directions>(motion_graph(7), {.dtype = at::kDouble, .seed = 2});
    const auto input = at::rand({3, net->input_size()}, at::kDouble);
    const auto free = net->run(input, steps{4}, record_states{}).states;
    const auto asked =
        net->run(input, steps{4}, record_states{}, silence<Mod>{.from = 2}, cut<L1, Mi1>{}, clamp_cells{.cells = {3}})
            .states;
    CHECK(net->reason_against_replay().empty());
    net->perturb(silence<Mod>{.from = 2}, cut<L1, Mi1>{}, clamp_cells{.cells = {3}});
    const auto run = net->run(input, steps{4}, record_states{});
    CHECK(at::equal(run.states, asked));
    CHECK_FALSE(at::equal(run.states, free));
    CHECK(at::equal(net->logits(input, {.steps = 4}), run.logits));
    CHECK(at::equal(net->logits_and_rates(input, {.steps = 4}).rates.front(), asked));
    CHECK_THAT(net->reason_against_replay(), Catch::Contains("perturbations"));
    // What a run asks for acts after it.
    const auto driven = net->run(input, steps{4}, record_states{}, clamp<Mod>{.value = 0.5, .from = 2});
    CHECK((driven.state<Mod>().slice(1, 1) == 0.5).all().item<bool>());

    const auto copy = std::dynamic_pointer_cast<connectome_module>(net->clone(std::nullopt));
    CHECK(at::equal(copy->logits(input, {.steps = 4}), run.logits));
    // No synapse from L1 to Mi1 learns.
    net->run(input, steps{4}, record_states{}).states.square().sum().backward();
    const auto gradient = net->named_parameters()["rnn.hh.values"].grad();
    std::vector<std::int64_t> plain;  // those of hybrid cells have a parameter of their own
    for (std::int64_t i = 0; i < net->synapse_count(); ++i)
        if (std::ranges::count(net->cells_of<Mod>(), net->presynaptic_cells()[static_cast<std::size_t>(i)]) == 0)
            plain.push_back(i);
    const auto are_cut = net->synapses_between(1, 2);
    REQUIRE_FALSE(are_cut.empty());
    for (const auto synapse : are_cut) {
        const auto at = std::ranges::find(plain, synapse) - plain.begin();
        REQUIRE(at < std::ssize(plain));
        CHECK(gradient[at].item<double>() == 0);
    }
    CHECK(gradient.abs().sum().item<double>() > 0);

    CHECK_THROWS_WITH(net->connectome_module::perturb({.steps = 3}), Catch::Contains("to the run"));
    CHECK_THROWS_WITH(net->perturb(clamp_cells{.cells = {99}}), Catch::Contains("cells 0 to 43"));
    CHECK_THROWS_WITH(net->perturb(silence<L1>{.from = 0}), Catch::Contains("steps count from 1"));
    CHECK(at::equal(net->run(input, steps{4}, record_states{}).states, asked));  // a refusal changes nothing
    net->perturb();
    CHECK(at::equal(net->run(input, steps{4}, record_states{}).states, free));
}

TEST_CASE("gradients past scaled synapses and frozen time constants agree between the executors") {
    const auto data = motion_graph(6);
    std::vector<std::vector<at::Tensor>> all;
    const auto input = at::rand({3, make<Motion<weight_mode::per_synapse>>(data)->input_size()}, at::kDouble);
    for (const auto with : {executor::transparent, executor::planned}) {
        const auto net =
            make<Motion<weight_mode::per_synapse>>(data, {.dtype = at::kDouble, .seed = 2, .executor = with});
        const auto run = net->run(input, steps{4}, record_states{}, scale_edge<L1, Mi1>{.factor = 2, .from = 2},
                                  cut<Mi1, L1>{}, freeze_tau<Mi1>{}, noise<L1>{.deviation = 0.1});
        all.push_back(gradients_of(*net, run.states.square().sum()));
    }
    for (std::size_t i = 0; i < all[0].size(); ++i) CHECK(gap(all[1][i], all[0][i]) < 1e-11);
}

TEST_CASE("continuous time with Euler's step of 1 is the discrete network") {
    const auto net = make<Directions>(motion_graph(6), {.dtype = at::kDouble});
    const auto input = at::rand({2, net->input_size()}, at::kDouble);
    const auto discrete = net->run(input, steps{4}, record_states{});
    const auto euler = static_cast<connectome_module&>(*net).run(
        input, {.record_states = true,
                .continuous = continuous_time{
                    .end = 4, .evaluations = 5, .solver = {.method = solve::method::euler, .step = 1}}});
    CHECK(euler.times == std::vector<double>{0, 1, 2, 3, 4});
    CHECK(gap(euler.states.slice(1, 1), discrete.states) < 1e-14);
    CHECK(gap(euler.logits, discrete.logits) < 1e-13);
    CHECK_THROWS_WITH(static_cast<connectome_module&>(*net).run(input, {.steps = 3, .continuous = continuous_time{}}),
                      Catch::Contains("leave steps out"));
    const auto refused = [&](const connectome_request& request, const std::string& words) {
        CHECK_THROWS_WITH(static_cast<connectome_module&>(*net).run(input, request), Catch::Contains(words));
    };
    refused({.clamps = {{.cells = {0}, .from = 3}}, .continuous = continuous_time{.end = 1.5}},
            "cells are to be clamped from step 3, at time 2, but the run ends at time 1.5");
    refused({.clamps = {{.cells = {0}, .from = 4}}, .continuous = continuous_time{.start = 2, .end = 0}},
            "from step 4, at time -1, but the run ends at time 0");
    refused({.noises = {{.cells = {0}, .deviation = 1, .from = 9}}, .continuous = continuous_time{}},
            "drawn step by step");
    refused({.steps = 2, .clamps = {{.cells = {0}, .from = 2, .to = 1}}}, "from step 2 to 1, which comes before");
    refused({.steps = 2, .clamps = {{.cells = {0}, .from = 0}}}, "clamped from step 0; steps count from 1");
}

TEST_CASE("steps of continuous time: an end that is rounded off adds none") {
    for (const double end : {1.0, 2.5, 10'000.000005, 0.3})
        CHECK(steps_of({.end = end}) == static_cast<int>(end > 9'999 ? 10'000 : end > 2 ? 3 : 1));
}

TEST_CASE("continuous time with Euler's step of 1 is the perturbed discrete network, too") {
    const auto net = make<Directions>(motion_graph(6), {.dtype = at::kDouble});
    auto& module = static_cast<connectome_module&>(*net);
    const auto input = at::rand({2, 4, net->input_size()}, at::kDouble);
    auto start = at::rand({2, module.cell_count()}, at::kDouble);
    start.index_fill_(1, at::tensor({3, 5}, at::kLong), 0.4);
    // A step's end, where its state is held, is where the next one begins.
    const auto with = [&](int held_from) {
        return connectome_request{
            .initial_state = start,
            .record_states = true,
            .clamps = {{.cells = {3, 5}, .value = 0.4}, {.cells = {7}, .value = 0.2, .from = held_from, .to = 3}},
            .injections = {{.cells = {1, 2, 7}, .current = 0.3, .from = 2, .to = 3}},
            .scales = {{.synapses = {0, 3, 8}, .factor = 0, .from = 2, .to = 2},
                       {.synapses = module.synapses_between(1, 2), .factor = 2, .from = 2, .to = 3}},
            .frozen_taus = {{.cells = {2, 43}, .value = 3, .from = 3}, {.cells = {9}}}};
    };
    auto flowing = with(3);
    flowing.continuous =
        continuous_time{.end = 4, .evaluations = 5, .solver = {.method = solve::method::euler, .step = 1}};
    const auto discrete = module.run(input, with(2)), euler = module.run(input, flowing);
    CHECK(gap(euler.states.slice(1, 1), discrete.states) < 1e-14);
    CHECK(gap(euler.logits, discrete.logits) < 1e-13);
    for (auto* const changed : {&flowing.scales[0].factor, &flowing.scales[1].factor}) {
        const double before = std::exchange(*changed, 1);
        CHECK(gap(module.run(input, flowing).states, euler.states) > 1e-6);
        *changed = before;
    }
    flowing.frozen_taus.clear();
    CHECK(gap(module.run(input, flowing).states, euler.states) > 1e-6);
    flowing.clamps[1].from = 9;
    CHECK_THROWS_WITH(module.run(input, flowing), Catch::Contains("from step 9 to 3"));
}

TEST_CASE("a leaky cell of a connectome in continuous time: a current and a clamp as their solution is known") {
    const auto net = make<Directions>(motion_graph(6), {.dtype = at::kDouble});
    auto& module = static_cast<connectome_module&>(*net);
    const at::NoGradGuard no_grad;
    for (const auto* weights : {"rnn.hh.values", "rnn.hh.hybrid_values"})
        net->named_parameters()[weights].zero_();  // no cell hears another
    const std::int32_t cell = 43;                  // of L1, a relu and tau 2
    net->named_parameters()["rnn.hh.bias"].fill_(0.25);
    const auto run = module.run(
        at::rand({1, net->input_size()}, at::kDouble),
        {.initial_state = at::full({1, module.cell_count()}, 0.8, at::kDouble),
         .record_states = true,
         .clamps = {{.cells = {cell}, .value = 0.1, .from = 4, .to = 4}},
         .injections = {{.cells = {cell}, .current = 0.5, .from = 2, .to = 2}},
         .continuous = continuous_time{
             .end = 5, .evaluations = 11, .solver = {.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12}}});
    const auto towards = [](double start, double end, double time) {
        return end + (start - end) * std::exp(-time / 2);
    };
    const double at_1 = towards(0.8, 0.25, 1), at_2 = towards(at_1, 0.75, 1);
    for (int i = 0; i <= 10; ++i) {
        const double time = 0.5 * i;
        const double expected = time <= 1   ? towards(0.8, 0.25, time)
                                : time <= 2 ? towards(at_1, 0.75, time - 1)
                                : time < 3  ? towards(at_2, 0.25, time - 2)
                                : time <= 4 ? 0.1
                                            : towards(0.1, 0.25, time - 4);
        CAPTURE(i, time);
        CHECK(run.states[0][i][cell].item<double>() == Approx(expected).epsilon(1e-8));
    }
}

TEST_CASE("gradients in continuous time, past perturbations, agree with finite differences") {
    const auto net = make<Directions>(motion_graph(8), {.dtype = at::kDouble});
    auto& module = static_cast<connectome_module&>(*net);
    const auto input = at::rand({2, 3, net->input_size()}, at::kDouble).requires_grad_();
    const auto start = (0.2 + at::rand({2, module.cell_count()}, at::kDouble)).requires_grad_();
    {  // away from relu's kink
        const at::NoGradGuard no_grad;
        net->named_parameters()["rnn.hh.bias"].uniform_(0.1, 0.3);
    }
    const auto loss = [&] {
        const auto run = module.run(
            input, {.initial_state = start,
                    .record_states = true,
                    .clamps = {{.cells = {3}, .value = 0.4}, {.cells = {7, 43}, .value = 0.2, .from = 2, .to = 2}},
                    .injections = {{.cells = {1, 2, 43}, .current = 0.3, .from = 2}},
                    .scales = {{.synapses = {1, 4}, .factor = 2, .from = 2, .to = 2}, {.synapses = {6}, .factor = 0}},
                    .frozen_taus = {{.cells = {5, 43}, .value = 3, .from = 2}},
                    .continuous = continuous_time{
                        .end = 2.5, .evaluations = 4, .solver = {.method = solve::method::rk4, .steps = 25}}});
        return run.states.square().sum() + run.logits.sin().sum();
    };
    std::vector<at::Tensor> leaves{input, start};
    for (const auto* name : {"rnn.hh.values", "rnn.hh.bias", "rnn.tau"})
        leaves.push_back(net->named_parameters()[name]);
    const auto gradients = torch::autograd::grad({loss()}, leaves);
    CHECK(gradients[1].select(1, 3).abs().max().item<double>() == 0);
    compare_with_differences(loss, leaves, gradients);
}

TEST_CASE("continuous time: both executors agree, at batches that fill a line and others") {
    for (const auto dtype : {at::kDouble, at::kFloat})
        for (const int batch : {3, 4, 8, 16}) {
            CAPTURE(dtype, batch);
            std::vector<std::vector<at::Tensor>> all;
            const auto draws = at::detail::createCPUGenerator(3);
            const auto input = at::rand({batch, 2, 16}, draws, at::kDouble).to(dtype);
            for (const auto with : {executor::transparent, executor::planned}) {
                const auto net = make<Directions>(motion_graph(8), {.dtype = dtype, .seed = 4, .executor = with});
                net->eval();
                const auto run = static_cast<connectome_module&>(*net).run(
                    input, {.record_states = true, .continuous = continuous_time{.end = 12, .evaluations = 5}});
                std::vector<at::Tensor> leaves;
                for (const auto* name : {"rnn.hh.values", "rnn.hh.bias", "rnn.tau"})
                    leaves.push_back(net->named_parameters()[name]);
                auto& given = all.emplace_back(
                    torch::autograd::grad({run.states.square().sum() + run.logits.sin().sum()}, leaves));
                given.push_back(run.states);
            }
            for (std::size_t i = 0; i < all[0].size(); ++i)
                CHECK(gap(all[1][i], all[0][i]) <
                      (dtype == at::kDouble ? 1e-11 : 1e-4) * all[0][i].abs().max().item<double>());
        }
}

TEST_CASE("continuous time: a sample of NaN stays alone, from where it is given") {
    const at::NoGradGuard no_grad;
    for (const auto with : {executor::transparent, executor::planned})
        for (const auto& solver : {solve::options{}, solve::options{.method = solve::method::rk4, .steps = 8}}) {
            const auto net = make<Directions>(motion_graph(6), {.dtype = at::kDouble, .executor = with});
            auto& module = static_cast<connectome_module&>(*net);
            const connectome_request request{
                .record_states = true,
                .clamps = {{.cells = {3}, .value = 0.1, .from = 2, .to = 3}},
                .continuous = continuous_time{.end = 4, .evaluations = 5, .solver = solver}};
            auto input = at::rand({3, 2, net->input_size()}, at::kDouble);  // two frames, of 2 each
            const auto expected = module.run(input, request);
            input[1][1][0] = std::numeric_limits<double>::quiet_NaN();
            const auto found = module.run(input, request);
            for (const int sample : {0, 2}) CHECK(gap(found.states[sample], expected.states[sample]) < 1e-12);
            CHECK(gap(found.states[1].slice(0, 0, 3), expected.states[1].slice(0, 0, 3)) < 1e-12);
            CHECK(found.states[1].slice(0, 3).isnan().all().item<bool>());
            CHECK(found.logits[1].isnan().all().item<bool>());
            CHECK(!found.logits[2].isnan().any().item<bool>());
        }
}

TEST_CASE("continuous time: what can't be solved is told with the cell") {
    for (const auto with : {executor::transparent, executor::planned}) {
        const auto net = make<Directions>(motion_graph(6), {.executor = with});
        const auto driven = net->cells_of<L1>();
        for (const auto cell : {driven[1], driven.back()}) {
            // Each is a number of float32, their sum is none.
            const connectome_request request{
                .injections = {{.cells = {cell}, .current = 3e38}, {.cells = {cell}, .current = 3e38}},
                .continuous = continuous_time{.end = 2}};
            CHECK_THROWS_WITH(static_cast<connectome_module&>(*net).run(at::rand({2, net->input_size()}), request),
                              Catch::Contains("sample 0 cannot be solved beyond time 0") &&
                                  Catch::Contains(fmt::format("cell {} (L1)", cell)));
        }
    }
}

}  // namespace cortexpr::module_connectome_run_test
