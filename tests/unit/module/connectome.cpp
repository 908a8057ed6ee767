// Connectomes as modules: declared and over graphs; executors against each other, perturbations, files, errors.

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/dsl.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_model.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace cortexpr::module_connectome_test {

namespace {

struct R : excitatory_cells<no_tau> {};
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct Mi1 : excitatory_cells<nonlinearity<activation::tanh>, rectified, bias<bias_mode::per_type, 0.1>,
                              tau<tau_mode::per_neuron, uniform_draw{1, 4}>> {};
struct Mod : hybrid_cells<nonlinearity<chain(activation::softplus, activation::tanh)>, bias<bias_mode::none>> {};

template <weight_mode Mode>
struct Motion
    : connectome<cells<R, L1, Mi1, Mod>,
                 synapses<projects<R, L1, Mi1>, projects<L1, Mi1, L1>, projects<Mi1, Mod, L1>, projects<Mod, Mi1>>,
                 stimulus_to<R>, output_from<Mi1, Mod>, weights<Mode>> {};
struct Directions : classifier<Motion<weight_mode::per_synapse>, classes<4>, hidden<16>> {};

struct Ex : excitatory_cells<> {};
struct Dense
    : connectome<cells<Ex>, synapses<as_in_the_file>, dense_stimulus_to<5, all_cells>, dense_output_from<3, Ex>> {};
struct Sparse
    : connectome<cells<Ex>, synapses<as_in_the_file>, sparse_stimulus_to<5, Ex>, sparse_output_from<3, all_cells>> {};

/// Cells in mixed order, connected as Motion declares, each pair of cells with some probability.
connectome_data motion_graph(std::uint32_t seed, double density = 0.3) {
    std::mt19937 draws(seed);
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.type_names = {"Mi1", "R", "Mod", "L1"};  // another order than the declaration's
    for (int cell = 0; cell < 40; ++cell) neurons.types.push_back(static_cast<std::int32_t>(draws() % 4));
    for (int type = 0; type < 4; ++type) neurons.types.push_back(type);
    const auto connects = [](const std::string& pre, const std::string& post) {
        for (const auto& pair : {"RL1", "RMi1", "L1Mi1", "L1L1", "Mi1Mod", "Mi1L1", "ModMi1"})
            if (pre + post == pair) return true;
        return false;
    };
    const auto count = static_cast<std::int32_t>(neurons.size());
    for (std::int32_t pre = 0; pre < count; ++pre)
        for (std::int32_t post = 0; post < count; ++post) {
            const auto name = [&](std::int32_t cell) {
                return neurons.type_names[static_cast<std::size_t>(neurons.types[static_cast<std::size_t>(cell)])];
            };
            if (!connects(name(pre), name(post)) || draws() % 1000 >= density * 1000) continue;
            synapses.presynaptic.push_back(pre);
            synapses.postsynaptic.push_back(post);
            synapses.weights.push_back(1 + draws() % 20);
        }
    return data;
}

connectome_data small_graph() {
    connectome_data data;
    data.graph.neurons.type_names = {"Ex"};
    data.graph.neurons.types = {0, 0, 0, 0};
    data.graph.synapses = {.presynaptic = {0, 1, 2, 3}, .postsynaptic = {1, 2, 3, 0}, .weights = {1, 2, 3, 4}};
    data.stimulus = {.cells = {0, 0, 3}, .channels = {0, 4, 2}, .weights = {1, 0.5, -1}};
    data.output = {.cells = {1, 2, 2}, .channels = {0, 0, 2}, .weights = {1, 2, 3}};
    return data;
}

std::vector<at::Tensor> gradients_of(connectome_module& net, const at::Tensor& loss) {
    for (auto& parameter : net.parameters()) parameter.mutable_grad() = at::Tensor();
    loss.backward();
    std::vector<at::Tensor> all;
    for (const auto& parameter : net.parameters())
        all.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
    return all;
}

double gap(const at::Tensor& one, const at::Tensor& other) {
    if (one.numel() == 0) return 0;
    return (one.detach() - other.detach()).abs().max().item<double>() /
           (1e-300 + other.detach().abs().max().item<double>());
}

template <class Declared>
void compare_executors(const connectome_data& data, bool is_sequence) {
    const auto oracle = make<Declared>(data, {.dtype = at::kDouble, .seed = 3, .executor = executor::transparent});
    const auto net = make<Declared>(data, {.dtype = at::kDouble, .seed = 3});
    const auto size = net->input_size();
    for (const std::int64_t batch : {1, 3, 17}) {
        auto input = is_sequence ? at::rand({batch, 4, size}, at::kDouble) : at::rand({batch, size}, at::kDouble);
        connectome_request request{.record_states = true, .record_outputs = true};
        if (!is_sequence) request.steps = 4;
        const auto theirs = oracle->run(input, request), ours = net->run(input, request);
        CHECK(gap(ours.states, theirs.states) < 1e-13);
        CHECK(gap(ours.outputs, theirs.outputs) < 1e-13);
        const auto weight = at::rand(theirs.states.sizes(), at::kDouble);
        const auto want = gradients_of(*oracle, (weight * theirs.states).sum() + theirs.outputs.square().sum());
        const auto have = gradients_of(*net, (weight * ours.states).sum() + ours.outputs.square().sum());
        for (std::size_t i = 0; i < want.size(); ++i) CHECK(gap(have[i], want[i]) < 1e-11);
    }
}

}  // namespace

TEST_CASE("planned connectomes agree with transparent ones, states and gradients") {
    const auto data = motion_graph(1);
    compare_executors<Motion<weight_mode::per_synapse>>(data, false);
    compare_executors<Motion<weight_mode::per_type_pair>>(data, true);
    compare_executors<Motion<weight_mode::scaled_counts>>(data, false);
    compare_executors<Motion<weight_mode::frozen>>(data, true);
    compare_executors<Dense>(small_graph(), false);
    compare_executors<Sparse>(small_graph(), true);
}

TEST_CASE("any number of threads gives the same bits") {
    const auto net = make<Directions>(motion_graph(2), {.seed = 1});
    const auto input = at::rand({5, net->input_size()});
    const int before = at::get_num_threads();
    std::vector<at::Tensor> first;
    for (const int threads : {1, 2, 3}) {
        at::set_num_threads(threads);
        const auto result = net->run(input, steps{6}, record_states{});
        auto all = gradients_of(*net, result.states.square().sum());
        all.push_back(result.states);
        if (first.empty()) first = all;
        for (std::size_t i = 0; i < all.size(); ++i) CHECK(at::equal(all[i], first[i]));
    }
    at::set_num_threads(before);
}

TEST_CASE("what is trained of the weights") {
    const auto data = motion_graph(3);
    const auto shape = [](const auto& net, const char* name) {
        const auto parameters = net->named_parameters();
        const auto* found = parameters.find(name);
        return found == nullptr ? std::int64_t{0} : found->numel();
    };
    const auto own = make<Motion<weight_mode::per_synapse>>(data);
    CHECK(shape(own, "hh.values") + shape(own, "hh.hybrid_values") == own->synapse_count());
    const auto pairs = make<Motion<weight_mode::per_type_pair>>(data);
    CHECK(shape(pairs, "hh.values") == 6);
    CHECK(shape(pairs, "hh.hybrid_values") == 1);
    const auto frozen = make<Motion<weight_mode::frozen>>(data);
    CHECK_FALSE(frozen->named_parameters()["hh.values"].requires_grad());
    CHECK(frozen->named_parameters()["tau"].requires_grad());
    // One tau for L1, one for each cell of Mi1 and Mod, none for R.
    const auto many = static_cast<std::int64_t>(own->cells_of<Mi1>().size() + own->cells_of<Mod>().size());
    CHECK(shape(own, "tau") == 1 + many);

    // No cell receives more than a total weight of 1 at the start, and all of a pair of types share their mean.
    const auto counts = make<Motion<weight_mode::scaled_counts>>(data, {.dtype = at::kDouble});
    CHECK(own->named_parameters()["hh.values"].max().item<double>() <= 1);
    CHECK(counts->named_parameters()["hh.values"].max().item<double>() < 0.2);
    const auto raw = make<Motion<weight_mode::per_synapse>>(data, {.weights = starting_weights::as_in_the_file});
    CHECK(raw->named_parameters()["hh.values"].max().item<double>() >= 15);
}

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
        CHECK_THROWS_WITH(net->run(input, steps{6}, cut<R, Mod>{}), Catch::Contains("no synapse leads from R to Mod"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, noise<Mod>{.deviation = -1}), Catch::Contains("deviation -1"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, freeze_tau<Mi1>{.value = 0.5}), Catch::Contains("from 1"));
        CHECK_THROWS_WITH(net->run(input, steps{6}, scale_synapses{.synapses = {-1}}), Catch::Contains("synapse -1"));
        CHECK_THROWS_WITH(net->run(input, {.noises = std::vector<noise_cells>(1), .continuous = continuous_time{}}),
                          Catch::Contains("act step by step"));
    }
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
    for (std::size_t i = 0; i < plain.size(); ++i)
        if (std::ranges::count(are_cut, static_cast<std::int32_t>(plain[i])) == 1)
            CHECK(gradient[static_cast<std::int64_t>(i)].item<double>() == 0);
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

TEST_CASE("a run goes on from the state of another") {
    const auto net = make<Motion<weight_mode::per_synapse>>(motion_graph(5), {.dtype = at::kDouble});
    const auto input = at::rand({2, net->input_size()}, at::kDouble);
    const auto whole = net->run(input, steps{5}, record_states{});
    const auto first = net->run(input, steps{2});
    const auto rest = net->run(input, steps{3}, record_states{}, start_cells{first.final_state});
    CHECK(gap(rest.states, whole.states.slice(1, 2)) < 1e-14);
    CHECK(
        at::equal(net->run(input, steps{5}, record_states{}, layout::time_first).states, whole.states.transpose(0, 1)));
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
            .injections = {{.cells = {1, 2, 7}, .current = 0.3, .from = 2, .to = 3}}};
    };
    auto flowing = with(3);
    flowing.continuous =
        continuous_time{.end = 4, .evaluations = 5, .solver = {.method = solve::method::euler, .step = 1}};
    const auto discrete = module.run(input, with(2)), euler = module.run(input, flowing);
    CHECK(gap(euler.states.slice(1, 1), discrete.states) < 1e-14);
    CHECK(gap(euler.logits, discrete.logits) < 1e-13);
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

TEST_CASE("gradients in continuous time, past clamps and currents, agree with finite differences") {
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
                    .continuous = continuous_time{
                        .end = 2.5, .evaluations = 4, .solver = {.method = solve::method::rk4, .steps = 25}}});
        return run.states.square().sum() + run.logits.sin().sum();
    };
    std::vector<at::Tensor> leaves{input, start};
    for (const auto* name : {"rnn.hh.values", "rnn.hh.bias", "rnn.tau"})
        leaves.push_back(net->named_parameters()[name]);
    const auto gradients = torch::autograd::grad({loss()}, leaves);
    CHECK(gradients[1].select(1, 3).abs().max().item<double>() == 0);
    const at::NoGradGuard no_grad;
    constexpr double h = 1e-6;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        auto flat = leaves[i].view(-1);
        for (std::int64_t k = 0; k < flat.numel(); k += std::max<std::int64_t>(flat.numel() / 5, 1)) {
            const double before = flat[k].item<double>();
            flat[k] = before + h;
            const double up = loss().item<double>();
            flat[k] = before - h;
            const double down = loss().item<double>();
            flat[k] = before;
            CAPTURE(i, k);
            CHECK(gradients[i].reshape(-1)[k].item<double>() ==
                  Approx((up - down) / (2 * h)).epsilon(1e-5).margin(1e-8));
        }
    }
}

TEST_CASE("gradients of a connectome agree with finite differences") {
    const auto net = make<Directions>(motion_graph(7), {.dtype = at::kDouble});
    const auto input = at::rand({2, net->input_size()}, at::kDouble);
    const auto labels = at::tensor({1, 3}, at::kLong);
    const auto loss = [&] { return at::cross_entropy_loss(net->forward(input, steps{4}), labels); };
    {  // away from relu's kink, where every cell stands that hears nothing yet
        const at::NoGradGuard no_grad;
        net->named_parameters()["rnn.hh.bias"].uniform_(0.1, 0.3);
    }
    const auto gradients = gradients_of(*net, loss());
    const at::NoGradGuard no_grad;
    constexpr double h = 1e-6;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        auto flat = net->parameters()[i].view(-1);
        for (std::int64_t k = 0; k < flat.numel(); k += std::max<std::int64_t>(flat.numel() / 5, 1)) {
            const double before = flat[k].item<double>();
            flat[k] = before + h;
            const double up = loss().item<double>();
            flat[k] = before - h;
            const double down = loss().item<double>();
            flat[k] = before;
            const double want = (up - down) / (2 * h), have = gradients[i].view(-1)[k].item<double>();
            CHECK(std::abs(have - want) < 1e-6 * (1 + std::abs(want)));
        }
    }
}

TEST_CASE("connectomes are saved with the ends of their synapses, and read back") {
    const test::temp_folder folder;
    const auto path = (folder.path() / "motion.safetensors").string();
    const auto net = make<Directions>(motion_graph(8), {.seed = 5});
    net->save(path);
    const auto other = make<Directions>(motion_graph(8), {.seed = 6});
    other->load(path);
    const auto input = at::rand({2, net->input_size()});
    CHECK(at::equal(net->forward(input, steps{3}), other->forward(input, steps{3})));
    CHECK(net->fingerprint() == other->fingerprint());

    auto rewired = motion_graph(8);
    std::swap(rewired.graph.synapses.postsynaptic[0], rewired.graph.synapses.postsynaptic[1]);
    const auto another = make<Directions>(rewired);
    CHECK(net->fingerprint() != another->fingerprint());
    CHECK_THROWS_WITH(another->load(path), Catch::Contains("not those of the network: rnn.hh.indices"));
    const auto copy = std::dynamic_pointer_cast<connectome_module>(net->clone(std::nullopt));
    REQUIRE(copy != nullptr);
    CHECK(at::equal(copy->run(input, {.steps = 3}).logits, net->forward(input, steps{3})));
}

TEST_CASE("sparse projections are read from files, and from what a network has saved") {
    using namespace test;
    const temp_folder folder;
    put(folder / "s.csv", "pre,post,weight\na,b,1\nb,c,2\nc,d,3\nd,a,4\n");
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Ex\n");
    put(folder / "in.csv", "id,channel,weight\na,0,1\na,4,0.5\nd,2,-1\n");
    put(folder / "out.csv", "id,channel,weight\nb,0,1\nc,0,2\nc,2,3\n");
    circuit::files files{.synapses = folder / "s.csv",
                         .cells = folder / "c.csv",
                         .stimulus_synapses = folder / "in.csv",
                         .output_synapses = folder / "out.csv"};
    const auto net = make<Sparse>(files), same = make<Sparse>(small_graph());
    const auto input = at::rand({2, 5});
    CHECK(at::equal(net->forward(input, steps{3}), same->forward(input, steps{3})));
    net->save((folder / "net.safetensors").string());
    const auto saved = folder / "net.safetensors";
    const auto again = make<Sparse>(
        {.synapses = saved, .cells = folder / "c.csv", .stimulus_synapses = saved, .output_synapses = saved},
        {.weights = starting_weights::as_in_the_file});
    CHECK(at::equal(again->forward(input, steps{3}), net->forward(input, steps{3})));

    const auto prefixed = make<Sparse>(circuit::files{.synapses = saved,
                                                      .cells = folder / "c.csv",
                                                      .stimulus_synapses = saved,
                                                      .output_synapses = saved,
                                                      .prefix = "hh."},
                                       {.weights = starting_weights::as_in_the_file});
    CHECK(at::equal(prefixed->forward(input, steps{3}), again->forward(input, steps{3})));

    circuit::files each{.synapses = saved,
                        .cells = folder / "c.csv",
                        .stimulus_synapses = saved,
                        .output_synapses = saved,
                        .stimulus_prefix = "ih.",
                        .output_prefix = "ho."};
    CHECK(at::equal(make<Sparse>(each, {.weights = starting_weights::as_in_the_file})->forward(input, steps{3}),
                    again->forward(input, steps{3})));
    each.stimulus_prefix = "other.";
    CHECK(contains(message_of<error>([&each] { make<Sparse>(each); }), "arrays id and channel, or indices and values"));
    each.stimulus_prefix = "ih.";
    each.output_prefix = "ih.";  // as an output, its columns are cells, of which there are four
    CHECK(contains(message_of<error>([&each] { make<Sparse>(each); }), "4 is no neuron; they are 0 to 3"));

    const auto refusal = [&files] { return message_of<error>([&files] { make<Sparse>(files); }); };
    put(folder / "in.csv", "id,channel\na,5\n");
    CHECK(contains(refusal(), "row 2, column 'channel': 5 is no channel; they are 0 to 4"));
    files.stimulus_synapses = "";
    CHECK(contains(refusal(),
                   "Sparse declares a sparse stimulus, but is given no synapses for it; name their file in "
                   "stimulus_synapses, or fill connectome_data::stimulus"));
    files.stimulus_synapses = saved;
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Other\n");
    put(folder / "out.csv", "id,channel\nd,0\n");
    files.undeclared = circuit::undeclared::left_out;
    CHECK(contains(refusal(), "names neurons by number, but some of the cells file were left out"));
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Ex\n");
    CHECK(contains(message_of<usage_error>([&files] { make<Dense>(files); }),
                   "Dense declares no sparse stimulus; write sparse_stimulus_to<...> in its declaration, or leave the "
                   "file out"));
}

TEST_CASE("a graph that doesn't fit its declaration is refused in one sentence") {
    const auto refused = [](const connectome_data& data, const char* words) {
        CHECK_THROWS_WITH((make<Motion<weight_mode::per_synapse>>(data)), Catch::Contains(words));
    };
    auto data = motion_graph(9);
    data.graph.synapses.presynaptic[0] = 44;
    refused(data, "name cells that it doesn't have");
    data = motion_graph(9);
    data.graph.neurons.type_names[1] = "R7";
    refused(data, "has cells of a type R7, which Motion");
    data = motion_graph(9);
    data.graph.neurons.type_names = {"Mi1", "R", "Mod", "R"};
    refused(data, "no cell of type L1");
    data = motion_graph(9);
    for (std::size_t k = 0; k < data.graph.synapses.size(); ++k)
        std::swap(data.graph.synapses.presynaptic[k], data.graph.synapses.postsynaptic[k]);
    refused(data, "declares none between these types; add projects<");
    data = motion_graph(9);
    const auto sent_by_r = [&](std::int32_t pre) {
        return data.graph.neurons.types[static_cast<std::size_t>(pre)] == 1;
    };
    const auto first = std::ranges::find_if(data.graph.synapses.presynaptic, sent_by_r);
    data.graph.synapses.weights[static_cast<std::size_t>(first - data.graph.synapses.presynaptic.begin())] = -3;
    refused(data, "has weight -3, but the sign is that of the presynaptic cell's class");
    data.graph.synapses.weights[0] = NAN;
    refused(data, "is infinite or NaN");
    refused({}, "is given a graph without cells");

    auto small = small_graph();
    small.stimulus.channels[1] = 5;
    CHECK_THROWS_WITH(make<Sparse>(small), Catch::Contains("names channel 5, but Sparse declares 5 (from 0)"));
    CHECK_THROWS_WITH(make<Dense>(small, {.executor = executor::batched}), Catch::Contains("no executor batched"));
    const auto net = make<Dense>(small);
    CHECK_THROWS_WITH(net->forward(at::rand({2, 6}), steps{3}),
                      Catch::Contains("has 6 numbers a sample, but Dense takes 5"));
    CHECK_THROWS_WITH(net->forward(at::rand({2, 5}, at::kDouble), steps{3}), Catch::Contains("convert one"));
    CHECK_THROWS_WITH(net->run(at::rand({2, 5})), Catch::Contains("give it: steps{5}"));
    CHECK_THROWS_WITH(net->run(at::rand({2, 5}), steps{3}, start_cells{at::full({1, 4}, -1.0)}),
                      Catch::Contains("would turn the sign of an excitatory cell"));
}

}  // namespace cortexpr::module_connectome_test
