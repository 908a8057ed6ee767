// Connectomes as modules: executors and threads against each other, what is trained, gradients.

#include "catch.hpp"
#include "executors/shared_work.hpp"
#include "module/connectome_networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <ATen/Parallel.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>

namespace cortexpr::module_connectome_module_test {

using namespace connectome_networks;
using cortexpr::test::every_run_is_shared;
using cortexpr::test::threads_for_a_while;

namespace {

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

struct Reversed
    : connectome<cells<R, L1, Mi1, Mod>,
                 synapses<projects<R, L1, Mi1>, projects<L1, Mi1, L1>, projects<Mi1, Mod, L1>, projects<Mod, Mi1>>,
                 stimulus_to<R>, output_from<Mod, Mi1>> {};

// docs/connectome.md, "Files of parameters" and the table of parts.
TEST_CASE("entries that types share stand before those of cells, and outputs type by type") {
    const auto data = motion_graph(6);
    const auto net = make<Reversed>(data);
    const auto tau = net->named_parameters()["tau"].detach(), bias = net->named_parameters()["hh.bias"].detach();
    CHECK(tau[0].item<double>() == 2);     // of L1
    CHECK(bias[0].item<float>() == 0.1F);  // of Mi1
    std::int64_t next_tau = 1, next_bias = 1;
    for (const int type : data.graph.neurons.types) {
        const auto& name = data.graph.neurons.type_names[static_cast<std::size_t>(type)];
        if (name == "Mod") CHECK(tau[next_tau].item<double>() == 1);
        if (name == "Mi1") CHECK(tau[next_tau].item<double>() > 1);
        next_tau += name == "Mod" || name == "Mi1" ? 1 : 0;
        if (name == "R" || name == "L1") CHECK(bias[next_bias++].item<double>() == 0);
    }
    CHECK(tau.size(0) == next_tau);
    CHECK(bias.size(0) == next_bias);
    const auto run = net->run(at::rand({2, net->input_size()}), steps{3});
    std::vector<std::int64_t> order;
    for (const auto& cells : {net->cells_of<Mod>(), net->cells_of<Mi1>()})
        order.insert(order.end(), cells.begin(), cells.end());
    CHECK(at::equal(run.output, run.final_state.index_select(1, at::tensor(order))));
}

TEST_CASE("any number of threads gives the same bits") {
    const auto net = make<Directions>(motion_graph(2), {.seed = 1});
    const auto input = at::rand({5, net->input_size()});
    const test::every_run_is_shared shared;
    std::vector<at::Tensor> first;
    for (const int threads : {1, 2, 3}) {
        const test::threads_for_a_while several(threads);
        const auto result = net->run(input, steps{6}, record_states{});
        auto all = gradients_of(*net, result.states.square().sum());
        all.push_back(result.states);
        if (first.empty()) first = all;
        for (std::size_t i = 0; i < all.size(); ++i) CHECK(at::equal(all[i], first[i]));
    }
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

TEST_CASE("weights beyond the network's type are refused when it is made") {
    auto data = motion_graph(3);
    data.graph.synapses.weights[4] = 1e39;
    const auto made = [&](at::ScalarType dtype, starting_weights weights) {
        return test::message_of<usage_error>(
            [&] { make<Motion<weight_mode::per_synapse>>(data, {.dtype = dtype, .weights = weights}); });
    };
    const auto refused = made(at::kFloat, starting_weights::as_in_the_file);
    CHECK(refused.starts_with("hh.values of Motion"));
    CHECK(refused.ends_with(
        "would hold a weight beyond what float32 holds; scale the weights, or make the network in float64"));
    CHECK(made(at::kDouble, starting_weights::as_in_the_file).empty());
    CHECK(made(at::kFloat, starting_weights::by_total_input).empty());
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

TEST_CASE("gradients of a connectome agree with finite differences") {
    const auto net = make<Directions>(motion_graph(7), {.dtype = at::kDouble});
    const auto input = at::rand({2, net->input_size()}, at::kDouble);
    const auto labels = at::tensor({1, 3}, at::kLong);
    const auto loss = [&] { return at::cross_entropy_loss(net->forward(input, steps{4}), labels); };
    {  // away from relu's kink, where every cell stands that hears nothing yet
        const at::NoGradGuard no_grad;
        net->named_parameters()["rnn.hh.bias"].uniform_(0.1, 0.3);
    }
    compare_with_differences(loss, net->parameters(), gradients_of(*net, loss()));
}

}  // namespace cortexpr::module_connectome_module_test
