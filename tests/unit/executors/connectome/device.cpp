// Connectomes with the kernels of a GPU, which run on the CPU in its position: values and all gradients are those of
// the transparent executor in double precision.

#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "executors/networks.hpp"
#include "gpu.hpp"
#include "module/connectome_networks.hpp"
#include "squared.hpp"
#include "train/optimiser.hpp"
#include "train/repeated_work.hpp"
#include "train/step.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_model.hpp>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/randint.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstdlib>
#include <functional>
#include <random>
#include <string>

namespace connectome_device_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

struct R : excitatory_cells<no_tau, initial_state<fill::ones>> {};
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::softplus>> {};
using connectome_networks::Mi1;

template <weight_mode Mode>
struct Motion : connectome_networks::motion_of<R, L1, Mode> {};
using Weighted = Motion<weight_mode::per_synapse>;
struct Directions : classifier<Weighted, classes<4>, hidden<16>> {};

struct Ex : excitatory_cells<tau<tau_mode::per_neuron, 2.0>> {};
struct Dense : connectome_networks::dense_of<Ex> {};
struct Sparse : connectome_networks::sparse_of<Ex> {};

struct Own : excitatory_cells<nonlinearity<custom<Squared>>> {};
struct OwnNetwork : connectome<cells<Own>, synapses<as_in_the_file>, stimulus_to<Own>, output_from<Own>> {};
struct Drawn : excitatory_cells<initial_state<fill::uniform>> {};
struct DrawnNetwork : connectome<cells<Drawn>, synapses<as_in_the_file>, stimulus_to<Drawn>, output_from<Drawn>> {};

/// Cells in mixed order, connected as Motion declares; one cell of L1 hears every cell of R, and one of R is heard by
/// all.
connectome_data motion_graph(int cells, std::uint32_t seed = 1) {
    std::mt19937 draws(seed);
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.type_names = {"Mi1", "R", "Mod", "L1"};  // another order than the declaration's
    for (int cell = 0; cell < cells; ++cell)
        neurons.types.push_back(static_cast<std::int32_t>(cell < 4 ? cell : draws() % 4));
    const auto name = [&](std::int32_t cell) {
        return neurons.type_names[static_cast<std::size_t>(neurons.types[static_cast<std::size_t>(cell)])];
    };
    const auto connects = [](const std::string& both) {
        for (const auto* pair : {"RL1", "RMi1", "L1Mi1", "L1L1", "Mi1Mod", "Mi1L1", "ModMi1"})
            if (both == pair) return true;
        return false;
    };
    for (std::int32_t pre = 0; pre < cells; ++pre)
        for (std::int32_t post = 0; post < cells; ++post)
            if (connects(name(pre) + name(post)) && (pre == 1 || post == 3 || draws() % 10 < 2)) {
                synapses.presynaptic.push_back(pre);
                synapses.postsynaptic.push_back(post);
                synapses.weights.push_back(1 + draws() % 20);
            }
    return data;
}

connectome_data small_graph(const std::string& type) {
    connectome_data data;
    data.graph.neurons.type_names = {type};
    data.graph.neurons.types = {0, 0, 0, 0};
    data.graph.synapses = {.presynaptic = {0, 1, 2, 3}, .postsynaptic = {1, 2, 3, 0}, .weights = {1, 2, 3, 4}};
    if (type != "Ex") return data;
    data.stimulus = {.cells = {0, 0, 3}, .channels = {0, 4, 2}, .weights = {1, 0.5, -1}};
    data.output = {.cells = {1, 2, 2}, .channels = {0, 0, 2}, .weights = {1, 2, 3}};
    return data;
}

/// What is held against each other: values, and gradients of parameters, input and start.
struct outcome {
    std::vector<at::Tensor> all;
};

/// How a network is run; `dtype` numbers come from the same draws.
struct asked {
    std::int64_t batch = 3;
    int steps = 4;
    bool sequence = false, records = true, start = false;
};

outcome run_of(connectome_module& net, const asked& how) {
    const auto size = net.input_size();
    const auto there = net.parameters().front().options().requires_grad(false);
    const auto given = how.sequence ? normal({how.batch, how.steps, size}, 1) : normal({how.batch, size}, 1);
    auto input = given.to(there).requires_grad_();
    connectome_request request{.record_states = how.records, .record_outputs = how.records};
    if (!how.sequence) request.steps = how.steps;
    if (how.start) request.initial_state = normal({how.batch, net.cell_count()}, 2).abs().to(there).requires_grad_();
    const auto result = net.run(input, request);
    auto loss = (normal(result.output.sizes(), 3).to(there) * result.output).sum() + result.final_state.square().sum();
    if (how.records) loss = loss + (normal(result.states.sizes(), 4).to(there) * result.states).sum();
    for (auto& parameter : net.parameters()) parameter.mutable_grad() = at::Tensor();
    loss.backward();
    outcome found{{result.output.detach(), result.final_state.detach(), input.grad()}};
    if (how.records) found.all.push_back(result.states.detach());
    if (how.start) found.all.push_back(request.initial_state.grad());
    for (const auto& parameter : net.parameters())
        found.all.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
    return found;
}

void check_near(const outcome& found, const outcome& wanted) {
    REQUIRE(found.all.size() == wanted.all.size());
    for (std::size_t i = 0; i < wanted.all.size(); ++i) {
        INFO("value " << i);
        if (wanted.all[i].numel() == 0) continue;
        const double scale = wanted.all[i].abs().max().item<double>();
        CHECK(largest_difference(found.all[i].cpu(), wanted.all[i]) < 5e-5 * scale + 1e-7);
    }
}

template <class Declared>
void compare(const connectome_data& data, const asked& how, const std::string& device) {
    INFO("batch " << how.batch << ", steps " << how.steps << (how.sequence ? ", a sequence" : ""));
    const auto exact = make<Declared>(data, {.dtype = at::kDouble, .seed = 3, .executor = executor::transparent});
    const auto net = make<Declared>(data, {.device = device, .seed = 3});
    {
        const at::NoGradGuard no_grad;
        for (std::size_t i = 0; i < net->parameters().size(); ++i) exact->parameters()[i].copy_(net->parameters()[i]);
    }
    check_near(run_of(*net, how), run_of(*exact, how));
}

void compare_all(const std::string& device) {
    const auto data = motion_graph(44);
    for (const std::int64_t batch : {1, 3, 16, 40}) compare<Weighted>(data, {.batch = batch}, device);
    compare<Weighted>(motion_graph(700), {.batch = 8}, device);  // some lines take a block
    for (const bool sequence : {false, true})
        for (const bool records : {false, true})
            for (const int steps : {1, 2, 5})
                compare<Weighted>(data, {.steps = steps, .sequence = sequence, .records = records, .start = true},
                                  device);
    compare<Motion<weight_mode::per_type_pair>>(data, {.sequence = true}, device);
    compare<Motion<weight_mode::scaled_counts>>(data, {}, device);
    compare<Motion<weight_mode::frozen>>(data, {.records = false}, device);
    compare<Dense>(small_graph("Ex"), {.batch = 4}, device);
    for (const bool sequence : {false, true})
        for (const bool records : {false, true})
            compare<Sparse>(small_graph("Ex"), {.batch = 4, .sequence = sequence, .records = records}, device);
    compare<OwnNetwork>(small_graph("Own"), {}, device);
}

/// Draws whose gradients are sums over many readers, too.
std::vector<at::Tensor> twice_the_same(const std::string& device) {
    const auto net = make<Motion<weight_mode::per_type_pair>>(motion_graph(300), {.device = device, .seed = 1});
    const auto one = run_of(*net, {.batch = 16, .steps = 10}), other = run_of(*net, {.batch = 16, .steps = 10});
    for (std::size_t i = 0; i < one.all.size(); ++i) CHECK(at::equal(one.all[i], other.all[i]));
    return one.all;
}

/// Steps in memory that stays the same are those that are taken as they stand.
template <class Repeated>
void compare_learning(const std::string& device_name, Repeated repeated) {
    struct learner {
        explicit learner(const std::string& device)
            : network(make<Directions>(motion_graph(300), {.device = device, .seed = 1})), adam(*network, {}) {
            network->train();
            network->project();
            if (network->device().is_cuda())
                network->generator(at::globalContext().defaultGenerator(network->device()).clone());
        }
        std::shared_ptr<connectome_module> network;
        optimiser adam;
    } fixed(device_name), eager(device_name);
    const auto device = fixed.network->device();
    const learning_task task{.request = {.steps = 5}};
    const auto batch = [&](std::uint64_t seed) {
        const auto draws = at::detail::createCPUGenerator(seed);
        return batch_loader::batch{normal({16, fixed.network->input_size()}, seed, at::kFloat).to(device),
                                   at::randint(4, {16}, draws, at::TensorOptions(at::kLong)).to(device)};
    };
    fixed_step step(*fixed.network, fixed.adam, task, batch(0), repeated(device, fixed.network->generator()));
    for (std::uint64_t before = 0; before < 8; ++before) {
        const auto repeatedly = step.learn_from(batch(before), 1e-3);
        const auto as_it_stands = learn_from(*eager.network, eager.adam, task, batch(before), 1e-3);
        CHECK(repeatedly.loss == Approx(as_it_stands.loss).epsilon(1e-5));
        CHECK(repeatedly.correct == as_it_stands.correct);
    }
    for (std::size_t i = 0; i < fixed.network->parameters().size(); ++i)
        CHECK(largest_difference(fixed.network->parameters()[i].cpu(), eager.network->parameters()[i].cpu()) < 1e-5);
}

/// In the place of a graph.
class done_anew : public repeated_work {
  public:
    void run(const std::function<void()>& work) override { work(); }
};

}  // namespace

TEST_CASE("connectomes on kernels: all values and gradients") {
    const emulated_kernels kernels;
    compare_all("cpu");
    const auto calls = emulated_kernels::calls();
    CHECK(calls.cell_steps > 0);
    CHECK(calls.cell_adjoints > 0);
    CHECK(calls.line_products > 0);
    CHECK(calls.group_sums > 0);
}

TEST_CASE("connectomes on kernels: one launch for each step, and one more backward") {
    const emulated_kernels kernels;
    const auto net = make<Weighted>(motion_graph(44));
    (void)run_of(*net, {.steps = 6, .records = false});
    auto calls = emulated_kernels::calls();
    CHECK(calls.cell_steps == 6);
    CHECK(calls.cell_adjoints == 7);  // and the weights' gradient by the start's ones
    CHECK(calls.reorders == 4);       // weights by row and by column, their gradient, and entries that hybrid cells own
    const at::NoGradGuard no_grad;
    net->run(at::rand({2, net->input_size()}), {.steps = 5});
    calls = emulated_kernels::calls();
    CHECK(calls.cell_steps == 11);
    CHECK(calls.cell_adjoints == 7);
    CHECK(calls.reorders == 5);
}

TEST_CASE("connectomes on kernels: perturbed runs and runs in continuous time are the CPU's") {
    const auto planned = make<Weighted>(motion_graph(44), {.seed = 2});
    const auto input = normal({3, planned->input_size()}, 5).abs().to(at::kFloat);
    const connectome_request perturbed{.steps = 6,
                                       .record_states = true,
                                       .clamps = {{.cells = planned->cells_of<L1>(), .value = 0.7, .from = 2, .to = 4}},
                                       .injections = {{.cells = planned->cells_of<Mi1>(), .current = 0.5, .from = 3}}};
    const connectome_request continuous{.record_states = true,
                                        .continuous = continuous_time{.end = 2, .evaluations = 3}};
    for (const auto& request : {perturbed, continuous}) {
        const auto gradients_of = [&](connectome_module& net) {
            const auto states = net.run(input, request).states;
            states.square().sum().backward();
            outcome found{{states.detach()}};
            for (auto& parameter : net.parameters()) {
                if (parameter.grad().defined()) found.all.push_back(parameter.grad());
                parameter.mutable_grad() = at::Tensor();
            }
            return found;
        };
        const auto wanted = gradients_of(*planned);
        const emulated_kernels kernels;
        const auto net = make<Weighted>(motion_graph(44), {.seed = 2});
        const auto found = gradients_of(*net);
        CHECK(emulated_kernels::calls().cell_steps > 0);
        REQUIRE(found.all.size() == wanted.all.size());
        for (std::size_t i = 0; i < wanted.all.size(); ++i)
            CHECK(largest_difference(found.all[i], wanted.all[i]) < 1e-3 * wanted.all[i].abs().max().item<double>());
    }
}

TEST_CASE("connectomes on kernels: others run in LibTorch's operations") {
    const emulated_kernels kernels;
    const auto data = motion_graph(44);
    const auto runs_without = [](connectome_module& net) {
        (void)run_of(net, {});
        const auto calls = emulated_kernels::calls();
        return calls.cell_steps + calls.cell_adjoints + calls.group_sums + calls.reorders == 0;
    };
    CHECK(runs_without(*make<Weighted>(data, {.dtype = at::kDouble})));
    CHECK(runs_without(*make<OwnNetwork>(small_graph("Own"))));
    CHECK(runs_without(*make<Motion<weight_mode::per_type_pair>>(data, {.executor = executor::transparent})));
    setenv("CORTEXPR_CUDA", "libtorch", 1);
    const auto net = make<Weighted>(data);
    net->run(at::rand({2, net->input_size()}), {.steps = 2});
    unsetenv("CORTEXPR_CUDA");
    CHECK(emulated_kernels::calls().cell_steps == 0);
}

TEST_CASE("connectomes on kernels: the same bits twice") {
    const emulated_kernels kernels;
    twice_the_same("cpu");
}

TEST_CASE("connectomes on kernels: steps that are repeated learn as others") {
    const emulated_kernels kernels;
    compare_learning("cpu", [](at::Device, const at::Generator&) { return std::make_unique<done_anew>(); });
    CHECK(emulated_kernels::calls().cell_adjoints > 0);
}

TEST_CASE("connectomes on kernels: second derivatives and failures are said in words") {
    const emulated_kernels kernels;
    const auto net = make<Weighted>(motion_graph(44));
    auto input = at::rand({2, net->input_size()}).requires_grad_();
    const auto loss = net->run(input, {.steps = 3}).output.sum();
    CHECK_THROWS_WITH(torch::autograd::grad({loss}, {input}, {}, true, true),
                      Catch::Contains("has no second derivatives; ask the network for the transparent one"));
    emulated_kernels::fail();
    CHECK_THROWS_WITH(net->run(input, {.steps = 3}),
                      "a CUDA kernel could not be run (an illegal memory access was encountered)");
}

TEST_CASE("what of connectomes a CUDA graph can't replay is refused in words") {
    CHECK(make<Weighted>(motion_graph(44))->reason_against_replay().empty());
    CHECK(make<OwnNetwork>(small_graph("Own"))->reason_against_replay() ==
          "a nonlinearity of your own runs on the CPU");
    CHECK(make<DrawnNetwork>(small_graph("Drawn"))->reason_against_replay() == "starts are drawn on the CPU");
}

TEST_CASE("cuda: connectomes", "[.cuda]") {
    if (!has_gpu(plan_of<Tiny>)) return;
    compare_all("cuda");
    const auto there = twice_the_same("cuda");
    const emulated_kernels kernels;
    const auto here = twice_the_same("cpu");
    for (std::size_t i = 0; i < here.size(); ++i)
        CHECK(largest_difference(there[i].cpu(), here[i]) < 1e-4 * here[i].abs().max().item<double>() + 1e-7);
}

TEST_CASE("cuda: connectomes learn by a CUDA graph as without one", "[.cuda]") {
    if (has_gpu(plan_of<Tiny>)) compare_learning("cuda", cuda_graph_on);
}

}  // namespace connectome_device_test
