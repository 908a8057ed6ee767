// What the balanced initialisation promises, for networks of every kind.

#include "train/networks.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/initialise.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <map>

#include <catch.hpp>

namespace train_test::initialise_test {

namespace {

constexpr int steps = 5;

struct Rectified : excitatory<4, nonlinearity<activation::relu>> {};
struct Saturating : inhibitory<2> {};
struct Half_rectified_area
    : area<input<1, 8, 8>, neurons<Rectified, Saturating>,
           connectivity<from<stimulus, 1, 1, 0>, from<Rectified, 1, 1, 1>, from<Saturating, 1, 0, 0>>, output<4>> {};
struct Half_rectified : network<Half_rectified_area> {};

template <fill Start>
struct Alone : area<input<1, 8, 8>, feedback_channels<2, neuron_class::hybrid, Start>, neurons<Rectified, Saturating>,
                    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<Rectified, 1, 1, 1>,
                                 from<Saturating, 1, 0, 0>>,
                    output<4>> {};

at::Tensor sample_for(const plan::network& network, int images = 64) {
    const auto& input = network.areas.front().input;
    const auto set = bright_halves(images, 2, input.channels, input.height, input.width);
    std::vector<std::uint32_t> all(static_cast<std::size_t>(images));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
    auto batch = at::empty({images, input.channels, input.height, input.width}, at::kDouble);
    data::normalise(set, all, std::span(batch.data_ptr<double>(), static_cast<std::size_t>(batch.numel())));
    return batch;
}

std::shared_ptr<network_module> initialised(const plan::network& network, initialisation how, std::uint64_t seed) {
    auto module = std::make_shared<network_module>(network, module_options{.dtype = at::kDouble, .seed = 99});
    initialise(*module, how, seed, sample_for(network), steps);
    return module;
}

bool equal_bits(const network_module& one, const network_module& other) {
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        if (!at::equal(one.parameter(i), other.parameter(i)) || one.step_gain(i) != other.step_gain(i)) return false;
    return true;
}

run_result run(network_module& module) {
    const at::NoGradGuard no_gradients;
    module.eval();
    run_request request;
    request.steps = steps;
    request.record_states.assign(module.plan().types.size(), true);
    return module.run(sample_for(module.plan()), request);
}

at::Tensor convolved(const network_module& module, const plan::edge& edge, const at::Tensor& x) {
    const auto bias = edge.bias < 0 ? at::Tensor() : module.parameter(edge.bias);
    return at::conv2d(x, module.parameter(edge.weight), bias, {edge.stride, edge.stride},
                      {edge.extent.height / 2, edge.extent.width / 2}, {1, 1}, edge.groups);
}

}  // namespace

TEMPLATE_TEST_CASE("every kind of network is initialised soundly", "[initialise]", Small, Microcircuit, Hybrid,
                   ExcitatoryInput, TwoAreas) {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<TestType>;
    for (const auto how : {initialisation::balanced, initialisation::reference}) {
        const auto module = initialised(network, how, 3);
        CAPTURE(name_of(how));
        for (std::size_t i = 0; i < network.parameters.size(); ++i) {
            const auto& parameter = network.parameters[i];
            const auto& value = module->parameter(static_cast<int>(i));
            CAPTURE(std::string(std::string_view(parameter.name)));
            CHECK(value.isfinite().all().template item<bool>());
            if (parameter.constraint == plan::parameter::bound::non_negative)
                CHECK(value.min().template item<double>() >= 0);
            if (parameter.constraint == plan::parameter::bound::at_least_one)
                CHECK(value.min().template item<double>() >= 1);
            // Balanced: no kernel is dead, and no element of a kernel that keeps a sign.
            if (how == initialisation::balanced && parameter.is == plan::parameter::role::edge_weight)
                CHECK(value.count_nonzero().template item<std::int64_t>() == value.numel());
        }
        const auto result = run(*module);
        CHECK(result.logits.isfinite().all().template item<bool>());
        // Images are told apart from the start.
        CHECK(result.logits.std(0, false).min().template item<double>() > 1e-3);
    }
}

TEMPLATE_TEST_CASE("an initialisation is a function of its seed", "[initialise]", Small, Microcircuit, Hybrid,
                   ExcitatoryInput, TwoAreas) {
    const auto& network = plan_of<TestType>;
    for (const auto how : {initialisation::balanced, initialisation::reference}) {
        const auto one = initialised(network, how, 3), same = initialised(network, how, 3);
        CHECK(equal_bits(*one, *same));
        initialise(*one, how, 4, sample_for(network), steps);
        CHECK_FALSE(equal_bits(*one, *same));
        // Whatever the network held before.
        initialise(*one, how, 3, sample_for(network), steps);
        CHECK(equal_bits(*one, *same));
    }
}

TEST_CASE("balanced: what an output hears is rarely driven high, not rarely low", "[initialise]") {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<Small>;
    const auto noise = at::empty({64, 1, 8, 8}, at::kDouble).uniform_(0, 1, at::detail::createCPUGenerator(5));
    const auto spots = (noise > 0.9).to(at::kDouble);
    std::int64_t low_inhibition = 0, high_inhibition = 0;
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        const auto module = std::make_shared<network_module>(network, module_options{.dtype = at::kDouble, .seed = 99});
        initialise(*module, initialisation::balanced, seed, spots, steps);
        for (const auto& edge : network.edges) {
            if (edge.from != plan::edge::source::stimulus) continue;
            const auto drive = convolved(*module, edge, spots).transpose(0, 1).flatten(1);
            const auto skew = (drive - drive.mean(1, true)).pow(3).mean(1);
            if (edge.postsynaptic == 0) CHECK(skew.min().item<double>() >= 0);
            const auto high = (skew >= 0).sum().item<std::int64_t>();
            if (edge.postsynaptic != 1) continue;
            high_inhibition += high;
            low_inhibition += skew.numel() - high;
        }
    }
    CHECK((low_inhibition > 0 && high_inhibition > 0));  // no output hears it
    // Rates that can be negative tell the same with either sign: hybrid tanh types stay as they were drawn.
    const auto signed_rates =
        std::make_shared<network_module>(plan_of<Hybrid>, module_options{.dtype = at::kDouble, .seed = 99});
    const auto smaller = spots.narrow(2, 0, 7).narrow(3, 0, 7);
    initialise(*signed_rates, initialisation::balanced, 1, smaller, steps);
    const auto& edge = plan_of<Hybrid>.edges.front();
    const auto drive = convolved(*signed_rates, edge, smaller).transpose(0, 1).flatten(1);
    CHECK((drive - drive.mean(1, true)).pow(3).mean(1).min().item<double>() < 0);
}

TEST_CASE("balanced: over all steps the drive of each channel has the aimed mean and spread", "[initialise]") {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<Small>;
    const auto module = initialised(network, initialisation::balanced, 5);
    const auto images = sample_for(network);
    const auto states = run(*module).states;
    for (int type = 0; type < 2; ++type) {
        at::Tensor excitation, inhibition, total;
        for (const auto& edge : network.edges) {
            if (edge.postsynaptic != type) continue;
            const bool from_type = edge.presynaptic >= 0;
            const auto heard = from_type ? states[static_cast<std::size_t>(edge.presynaptic)].flatten(0, 1) : images;
            const auto drive = convolved(*module, edge, heard);
            const double aim = from_type ? 0.3 : 2.0;
            if (edge.sign > 0) CHECK((drive.std({0, 2, 3}, false) - aim).abs().max().item<double>() < 0.02 * aim);
            const auto mean = drive.mean({0, 2, 3});
            total = total.defined() ? total + edge.sign * mean : edge.sign * mean;
            if (from_type) (edge.sign > 0 ? excitation : inhibition) = mean;
        }
        CHECK((excitation - inhibition).abs().max().item<double>() < 0.02);
        CHECK((total + 2).abs().max().item<double>() < 0.02);
    }
}

TEST_CASE("balanced: outputs have unit spread and the readout sees standardised features", "[initialise]") {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<Small>;
    const auto module = initialised(network, initialisation::balanced, 5);
    const auto result = run(*module);
    CHECK((result.output.std({0, 2, 3}, false) - 1).abs().max().item<double>() < 0.1);  // 1 over all steps
    const auto& head = network.readout;
    const auto features = at::amax(result.output, {2, 3});
    const auto& weight = module->parameter(head.weight[0]);
    const auto units = at::linear(features, weight, module->parameter(head.bias[0]));
    CHECK(units.mean(0).abs().max().item<double>() < 1e-9);
    // gain x (what the reference draws) / spread; no feature counts as varying less than half of the mean spread.
    const auto found = features.std(0, false);
    const auto spread = at::maximum(found, found.mean() / 2);
    const auto drawn = initialised(network, initialisation::reference, 5)->parameter(head.weight[0]);
    CHECK((weight * spread - 1.7 * drawn).abs().max().item<double>() < 1e-9);
}

TEST_CASE("balanced: of one image, or of images that are all alike, a network that learns", "[initialise]") {
    const auto& plan = plan_of<Small>;
    for (const auto& images : {sample_for(plan).narrow(0, 3, 1), at::full({16, 1, 8, 8}, 0.4, at::kDouble)}) {
        network_module net(plan, {.dtype = at::kDouble});
        initialise(net, initialisation::balanced, 5, images, steps);
        net.eval();  // no dropout
        const auto logits = net.run(images, {.steps = steps}).logits;
        const auto labels = at::zeros({images.size(0)}, at::kLong);
        const auto loss = at::cross_entropy_loss(logits, labels);
        CHECK(loss.item<double>() < 3);  // a network that knows nothing has log 2
        const auto gradients = torch::autograd::grad({loss}, net.parameters());
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            CAPTURE(images.size(0), std::string_view(plan.parameters[i].name));
            CHECK(gradients[i].abs().max().item<double>() > 0);
        }
        // Nor are other images a shock to it.
        CHECK(run(net).logits.abs().max().item<double>() < 20);
    }
}

TEST_CASE("balanced: inhibition lowers a drive that an excitatory input cannot", "[initialise]") {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<ExcitatoryInput>;
    const auto module = initialised(network, initialisation::balanced, 5);
    const auto images = sample_for(network);
    for (const auto& edge : network.edges) {
        if (edge.from != plan::edge::source::stimulus) continue;
        const auto drive = convolved(*module, edge, images);
        // I inhibits E, so there a bias can lower the mean and the spread is fitted; nothing inhibits I, so there it is
        // the root mean square.
        const auto spread =
            edge.postsynaptic == 0 ? drive.std({0, 2, 3}, false) : drive.square().mean({0, 2, 3}).sqrt();
        CHECK((spread - 2).abs().max().item<double>() < 1e-9);
    }
    const auto inhibiting = std::find_if(network.edges.begin(), network.edges.end(), [](const plan::edge& edge) {
        return edge.sign < 0 && edge.postsynaptic == 0;
    });
    REQUIRE(inhibiting != network.edges.end());
    CHECK(module->parameter(inhibiting->bias).min().item<double>() > 0);
}

TEST_CASE("balanced: feedback is heard", "[initialise]") {
    const at::NoGradGuard no_gradients;
    const auto& network = plan_of<TwoAreas>;
    const auto module = initialised(network, initialisation::balanced, 5);
    run_request request;
    request.steps = steps;
    request.record_feedback = {true, false};
    module->eval();
    const auto feedback = module->run(sample_for(network), request).feedback[0];
    REQUIRE(feedback.defined());
    const auto last = feedback.select(1, feedback.size(1) - 1);
    // The edges from feedback move what it is fitted to, so its spread is near the aim, not on it.
    CHECK(last.std({0, 2, 3}, false).min().item<double>() > 0.5);
    CHECK(last.std({0, 2, 3}, false).max().item<double>() < 2.0);
    for (const auto& edge : network.edges)
        if (edge.from == plan::edge::source::top_down)
            CHECK(module->parameter(edge.weight).abs().min().item<double>() > 0);
}

TEST_CASE("balanced: an area by itself hears the feedback that it starts from, at each step", "[initialise]") {
    const auto check = [](const plan::network& area) {
        const auto module = initialised(area, initialisation::balanced, 1);
        for (const auto& parameter : module->parameters()) CHECK(parameter.isfinite().all().item<bool>());
        CHECK(loops(*module, sample_for(area), steps).gain < 1);
    };
    check(plan_of<Alone<fill::zeros>>);
    check(plan_of<Alone<fill::ones>>);
    check(plan_of<Alone<fill::normal>>);  // is drawn once, not anew for each disturbance
}

TEST_CASE("balanced: kernels step faster, less so the more they hear, and nothing else does", "[initialise]") {
    const auto module = initialised(plan_of<Microcircuit>, initialisation::balanced, 5);
    const auto& network = module->plan();
    using role = plan::parameter::role;
    for (std::size_t i = 0; i < network.parameters.size(); ++i) {
        const auto& parameter = network.parameters[i];
        const double gain = module->step_gain(static_cast<int>(i));
        if (parameter.is != role::edge_weight && parameter.is != role::edge_bias) CHECK(gain == 1.0);
    }
    const auto states = run(*module).states;
    for (const auto& edge : network.edges) {
        if (edge.presynaptic < 0) continue;
        const auto& parameter = network.parameters[static_cast<std::size_t>(edge.weight)];
        const double inputs = static_cast<double>(parameter.size()) / parameter.shape[0];
        const auto& heard = states[static_cast<std::size_t>(edge.presynaptic)];
        const double size = heard.square().mean().sqrt().item<double>();
        const double gain = module->step_gain(edge.weight);
        const bool has_kink =
            !edge.to_output() && !is_smooth(network.types[static_cast<std::size_t>(edge.postsynaptic)].nonlinearity);
        const double most = has_kink ? 10 : 20;
        // A step of Adam, 0.001 times the gain in each weight, adds at most 0.9 to a drive, half of it before a kink.
        CHECK(gain * inputs * size < 1.1 * most * 43);
        CHECK((gain == most || gain * inputs * size > 0.9 * most * 43));
    }
    const auto reference = initialised(plan_of<Microcircuit>, initialisation::reference, 5);
    for (std::size_t i = 0; i < network.parameters.size(); ++i) CHECK(reference->step_gain(static_cast<int>(i)) == 1.0);
}

TEST_CASE("balanced: kernels into types with a kink step half as fast", "[initialise]") {
    const auto module = initialised(plan_of<Half_rectified>, initialisation::balanced, 5);
    std::map<int, double> gains;  // of what the stimulus drives, by type
    for (const auto& edge : module->plan().edges)
        if (edge.from == plan::edge::source::stimulus) gains[edge.postsynaptic] = module->step_gain(edge.weight);
    CHECK(gains == std::map<int, double>{{0, 10.0}, {1, 20.0}});
}

TEST_CASE("reference: half of the weights that keep a sign are zero", "[initialise]") {
    const auto module = initialised(plan_of<TwoAreas>, initialisation::reference, 5);
    std::int64_t zeros = 0, all = 0;
    for (std::size_t i = 0; i < module->plan().parameters.size(); ++i) {
        const auto& parameter = module->plan().parameters[i];
        if (parameter.is != plan::parameter::role::edge_weight ||
            parameter.constraint != plan::parameter::bound::non_negative)
            continue;
        zeros += module->parameter(static_cast<int>(i)).eq(0).sum().item<std::int64_t>();
        all += parameter.size();
    }
    CHECK(static_cast<double>(zeros) / static_cast<double>(all) == Approx(0.5).margin(0.05));
}

}  // namespace train_test::initialise_test
