// Spatial networks in continuous time: against their steps, against the equations written out, and by gradients.

#include "catch.hpp"

#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/schedule/output_loop.hpp>
#include <cortexpr/solve/solve.hpp>

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional.h>
#include <torch/types.h>

#include <cmath>
#include <tuple>

namespace continuous_continuous_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

namespace F = torch::nn::functional;

constexpr solve::options tight{.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12};
constexpr solve::options small_steps{.method = solve::method::rk4, .step = 0.05};
constexpr solve::options steps_of_one{.method = solve::method::euler, .step = 1};

struct Half : inhibitory<3, half_density, tau<tau_mode::per_subtype_spatial>> {};
struct Mixed
    : area<input<2, 6, 5>, neurons<E, Half>,
           connectivity<from<stimulus, 1, 1, 1>, from<E, 1, 1, 1>, from<Half, 1, 1, 1>>, output<3, activation::tanh>> {
};

// Feedback reaches the output of Through at once; that of Onward hears its stimulus at once, that of Stateful doesn't.
struct Through : area<input<2, 6, 5>, feedback_channels<2>, neurons<E>,
                      connectivity<from<stimulus, 1, 0>, from<top_down, 1, 1>, from<E, 1, 1>>, output<3>> {};
struct Onward : area<input<3, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<2>> {};
struct Stateful : area<input<3, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
struct Smooth : network<Lower, Upper, feedback<Upper, Lower>, pool<pool_mode::average>> {};
// One cell that only leaks: tau dh/dt = w x + b - h.
struct Cell : hybrid<1, nonlinearity<activation::none>> {};
constexpr edge point{.extent = {1, 1}};
struct Leaky
    : area<input<1, 1, 1>, neurons<Cell>, connectivity<from<stimulus, point, 0>, from<Cell, 0, point>>, output<1>> {};
struct Single : network<Leaky> {};
struct Looped : network<Through, Onward, feedback<Onward, Through>> {};
struct Cut : network<Through, Stateful, feedback<Stateful, Through>> {};

static_assert(plan::output_loop(plan_of<Looped>) >= 0);
static_assert(plan::output_loop(plan_of<Cut>) < 0);
static_assert(plan::output_loop(plan_of<Two>) < 0);
static_assert(plan::output_loop(plan_of<Tiny>) < 0);

/// By the transparent executor, in evaluation.
class double_module : public network_module {
  public:
    explicit double_module(const plan::network& plan)
        : network_module(plan, {.dtype = at::kDouble, .seed = 3, .executor = cortexpr::executor::transparent}) {
        eval();
    }
    using network_module::parameters_in_order;
};

std::vector<bool> all(std::size_t count) { return std::vector<bool>(count, true); }

/// States of rates >= 0, so that Dale's law holds.
std::vector<at::Tensor> starts(const plan::network& plan, std::int64_t batch) {
    std::vector<at::Tensor> states;
    for (std::size_t i = 0; i < plan.types.size(); ++i) {
        const auto& shape = plan.types[i].shape;
        states.push_back(normal({batch, shape.channels, shape.height, shape.width}, 40 + i).abs());
    }
    return states;
}

std::string refusal(network_module& net, const at::Tensor& input, const run_request& request) {
    return message_of<usage_error>([&] { net.run(input, request); });
}

/// One element of each leaf, at another position in each.
std::int64_t position_in(const std::vector<at::Tensor>& leaves, std::size_t leaf) {
    return (static_cast<std::int64_t>(leaf) * 7 + 3) % leaves[leaf].numel();
}

/// The slope of a loss in one element of a leaf, by differences.
template <class Loss>
double slope_at(const at::Tensor& leaf, std::int64_t position, const Loss& loss) {
    const auto flat = leaf.view(-1);
    const double before = flat[position].item<double>();
    constexpr double step = 1e-5;
    const auto moved = [&](double by) {
        flat[position].fill_(before + by);
        return loss().template item<double>();
    };
    // Bounds of weights and tau hold for the values that are tried.
    const bool is_bounded = before - step < 0;
    const double slope = is_bounded ? (4 * moved(step) - moved(2 * step) - 3 * moved(0)) / (2 * step)
                                    : (moved(step) - moved(-step)) / (2 * step);
    flat[position].fill_(before);
    return slope;
}

}  // namespace

TEST_CASE("continuous: Euler with steps of 1 gives the bits of a single area's steps") {
    const torch::NoGradGuard no_gradients;
    for (const auto* plan : {&plan_of<Tiny>, &plan_of<Mixed>}) {
        double_module net(*plan);
        const auto start = starts(*plan, 2);
        for (const bool is_sequence : {false, true}) {
            const auto input = is_sequence ? normal({2, 4, 2, 6, 5}, 1) : normal({2, 2, 6, 5}, 1);
            run_request stepped{.steps = {},
                                .initial_states = start,
                                .record_states = all(plan->types.size()),
                                .record_outputs = all(1),
                                .all_logits = plan->has_readout()};
            auto flowing = stepped;
            if (!is_sequence) stepped.steps = 4;
            flowing.continuous = continuous_time{.end = 4, .evaluations = 5, .solver = steps_of_one};
            const auto expected = net.run(input, stepped), found = net.run(input, flowing);
            for (std::size_t i = 0; i < start.size(); ++i) {
                CHECK(torch::equal(found.states[i].select(1, 0), start[i]));
                CHECK(torch::equal(found.states[i].slice(1, 1), expected.states[i]));
                CHECK(torch::equal(found.final_states[i], expected.final_states[i]));
            }
            CHECK(torch::equal(found.outputs[0].slice(1, 1), expected.outputs[0]));
            CHECK(torch::equal(found.output, expected.output));
            CHECK(found.times == std::vector{0.0, 1.0, 2.0, 3.0, 4.0});
            if (plan->has_readout()) CHECK(torch::equal(found.logits.slice(0, 1), expected.logits));
        }
    }
}

TEST_CASE("continuous: a step of areas with feedback moves by the rates of the equations") {
    const torch::NoGradGuard no_gradients;
    const auto& plan = plan_of<Two>;
    double_module net(plan);
    const auto parameter = [&](const std::string& name) {
        const int index = index_of(plan, name);
        REQUIRE(index >= 0);
        return net.parameters_in_order()[static_cast<std::size_t>(index)];
    };
    const auto conv = [&](const std::string& module, const at::Tensor& map, std::int64_t groups = 1) {
        const auto bias = index_of(plan, module + ".bias");
        return F::conv2d(map, parameter(module + ".weight"),
                         F::Conv2dFuncOptions()
                             .bias(bias < 0 ? at::Tensor() : parameter(module + ".bias"))
                             .padding(parameter(module + ".weight").size(2) / 2)
                             .groups(groups));
    };
    const auto resized = [](const at::Tensor& map, std::vector<std::int64_t> size) {
        return F::interpolate(
            map, F::InterpolateFuncOptions().size(std::move(size)).mode(torch::kBilinear).align_corners(false));
    };
    const auto image = normal({2, 2, 6, 5}, 2);
    const auto h = starts(plan, 2);
    // Lower: 6 x 5, its rows are stimulus, top_down, E, I; Upper: 3 x 8.
    const auto upper_output = torch::tanh(conv("areas.1.out_convs.1->out.0", h[2]));
    const auto lower_output = conv("areas.0.out_convs.2->out.0", h[0]);
    const auto heard_above =
        resized(F::adaptive_max_pool2d(lower_output, F::AdaptiveMaxPool2dFuncOptions({3, 5})), {3, 8});
    const auto fed_back = conv("feedback_convs.1->0.1", resized(upper_output, {6, 5}));
    const std::vector<at::Tensor> drives{
        conv("areas.0.convs.0->0.0", image) + conv("areas.0.convs.1->0.0", fed_back) +
            conv("areas.0.convs.2->0.0", h[0]) - conv("areas.0.convs.3->0.0", h[1]),
        conv("areas.0.convs.0->1.0", image) + conv("areas.0.convs.2->1.0", h[0]) - conv("areas.0.convs.3->1.0", h[1]),
        conv("areas.1.convs.0->0.0", heard_above) + conv("areas.1.convs.1->0.0", h[2])};
    constexpr double size = 0.25;
    const auto result = net.run(
        image, {.steps = {},
                .initial_states = h,
                .record_outputs = all(2),
                .record_feedback = {true, false},
                .continuous = continuous_time{.end = size, .solver = {.method = solve::method::euler, .steps = 1}}});
    for (std::size_t j = 0; j < h.size(); ++j) {
        const auto tau =
            parameter(std::string(plan.parameters[static_cast<std::size_t>(plan.types[j].tau_parameter)].name));
        const auto rate = (torch::sigmoid(drives[j]) - h[j]) / tau;
        CHECK(largest_difference(result.final_states[j], h[j] + size * rate) < 1e-13);
    }
    CHECK(largest_difference(result.outputs[0].select(1, 0), lower_output) < 1e-13);
    CHECK(largest_difference(result.outputs[1].select(1, 0), upper_output) < 1e-13);
    CHECK(largest_difference(result.feedback[0].select(1, 0), fed_back) < 1e-13);
}

TEST_CASE("continuous: solvers agree on areas with feedback, each sample as if alone") {
    const torch::NoGradGuard no_gradients;
    double_module net(plan_of<Two>);
    const auto image = normal({3, 2, 6, 5}, 5);
    const auto solved = [&](const at::Tensor& input, const solve::options& solver) {
        return net.run(input, {.steps = {}, .continuous = continuous_time{.end = 3, .solver = solver}});
    };
    const auto exact = solved(image, tight);
    const auto by_rk4 = solved(image, {.method = solve::method::rk4, .steps = 60});
    const auto by_euler = solved(image, {.method = solve::method::euler, .steps = 200});
    const auto finer = solved(image, {.method = solve::method::euler, .steps = 400});
    const auto last = solved(image.slice(0, 2), tight);
    for (std::size_t j = 0; j < exact.final_states.size(); ++j) {
        CHECK(largest_difference(by_rk4.final_states[j], exact.final_states[j]) < 1e-7);
        const double error = largest_difference(by_euler.final_states[j], exact.final_states[j]);
        CHECK(error < 1e-2);
        CHECK(largest_difference(finer.final_states[j], exact.final_states[j]) == Approx(error / 2).epsilon(0.1));
        CHECK(largest_difference(last.final_states[j], exact.final_states[j].slice(0, 2)) < 1e-12);
    }
    CHECK(largest_difference(by_rk4.output, exact.output) < 1e-7);
}

TEST_CASE("continuous: a frame that follows another starts from where that one ended") {
    const torch::NoGradGuard no_gradients;
    for (const auto order : {layout::batch_first, layout::time_first}) {
        double_module net(plan_of<Two>);
        const auto frames = normal({2, 2, 2, 6, 5}, 6);  // as many images as steps
        const auto frame = [&](std::int64_t t) { return frames.select(order == layout::batch_first ? 1 : 0, t); };
        const auto whole =
            net.run(frames, {.steps = {},
                             .layout = order,
                             .record_states = all(3),
                             .continuous = continuous_time{.end = 2, .evaluations = 3, .solver = tight}});
        const auto one = net.run(frame(0), {.steps = {}, .continuous = continuous_time{.end = 1, .solver = tight}});
        const auto two = net.run(frame(1), {.steps = {},
                                            .initial_states = one.final_states,
                                            .continuous = continuous_time{.start = 1, .end = 2, .solver = tight}});
        for (std::size_t j = 0; j < 3; ++j) {
            const auto at_time = [&](std::int64_t t) {
                return whole.states[j].select(order == layout::batch_first ? 1 : 0, t);
            };
            CHECK(largest_difference(at_time(1), one.final_states[j]) < 1e-9);
            CHECK(largest_difference(at_time(2), two.final_states[j]) < 1e-9);
        }
    }
}

TEST_CASE("continuous: gradients are those of finite differences, with jumps, feedback and half density") {
    // Where another position becomes a map's maximum the rates have a kink, and gradients are less exact.
    constexpr double exact = 1e-5, with_kinks = 2e-2;
    for (const auto& [plan, solver, tolerance] :
         {std::tuple{&plan_of<Smooth>, &tight, exact}, std::tuple{&plan_of<Mixed>, &tight, exact},
          std::tuple{&plan_of<Tiny>, &small_steps, exact}, std::tuple{&plan_of<Cut>, &small_steps, exact},
          std::tuple{&plan_of<Two>, &small_steps, with_kinks}}) {
        double_module net(*plan);
        const auto input = normal({2, 2, 2, 6, 5}, 8).requires_grad_();
        auto start = starts(*plan, 2);
        for (auto& state : start) state.requires_grad_();
        const auto loss = [&] {
            const auto result =
                net.run(input, {.steps = {},
                                .initial_states = start,
                                .record_outputs = all(plan->areas.size()),
                                .continuous = continuous_time{.end = 2, .evaluations = 4, .solver = *solver}});
            auto sum = result.output.square().sum();
            for (const auto& output : result.outputs) sum = sum + output.sin().sum();
            for (const auto& state : result.final_states) sum = sum + state.square().sum();
            return result.logits.defined() ? sum + result.logits.square().sum() : sum;
        };
        std::vector<at::Tensor> leaves{input};
        leaves.insert(leaves.end(), start.begin(), start.end());
        const auto parameters = net.parameters_in_order();
        leaves.insert(leaves.end(), parameters.begin(), parameters.end());
        const auto gradients = torch::autograd::grad({loss()}, leaves);
        const torch::NoGradGuard no_gradients;
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const auto position = position_in(leaves, i);
            CAPTURE(plan->name, i, position);
            CHECK(gradients[i].reshape(-1)[position].item<double>() ==
                  Approx(slope_at(leaves[i], position, loss)).epsilon(tolerance).margin(tolerance / 100));
        }
    }
}

TEST_CASE("continuous: a leaky cell that is given a current, and held, as its solution is known") {
    const torch::NoGradGuard no_gradients;
    const auto& plan = plan_of<Single>;
    double_module net(plan);
    const double tau = 2, target = 0.6 * 0.5 + 0.1, current = 0.7;
    net.set(plan.edges[0].weight, 0.6);
    net.set(plan.edges[0].bias, 0.1);
    net.set(plan.types[0].tau_parameter, tau);
    const auto towards = [tau](double start, double end, double time) {
        return end + (start - end) * std::exp(-time / tau);
    };
    const auto states = [&](const std::vector<perturbation>& perturbations, const solve::options& solver = tight) {
        const auto result =
            net.run(at::full({1, 1, 1, 1}, 0.5, at::kDouble),
                    {.steps = {},
                     .initial_states = {at::full({1, 1, 1, 1}, 0.9, at::kDouble)},
                     .record_states = {true},
                     .perturbations = perturbations,
                     .continuous = continuous_time{.start = 0.5, .end = 5.25, .evaluations = 20, .solver = solver}});
        const auto all = result.states[0].flatten();
        CHECK(result.final_states[0].item<double>() == all[-1].item<double>());
        return std::vector<double>(all.data_ptr<double>(), all.data_ptr<double>() + all.numel());
    };
    // The current from 1 to 3 after the start, and the state held from 2 to 4, at evaluations 4, 8, 12, 16.
    const auto driven = states({{.is = perturbation::kind::inject, .amount = current, .from = 2, .to = 3}});
    const auto held = states({{.is = perturbation::kind::inject, .amount = current, .from = 2, .to = 3},
                              {.is = perturbation::kind::clamp, .amount = -0.25, .from = 3, .to = 4}});
    const double at_1 = towards(0.9, target, 1), at_2 = towards(at_1, target + current, 1);
    for (int i = 0; i < 20; ++i) {
        const double time = 0.25 * i;
        const double free = time <= 1   ? towards(0.9, target, time)
                            : time <= 3 ? towards(at_1, target + current, time - 1)
                                        : towards(towards(at_2, target + current, 1), target, time - 3);
        CAPTURE(i, time);
        CHECK(driven[static_cast<std::size_t>(i)] == Approx(free).epsilon(1e-8));
        const double found = held[static_cast<std::size_t>(i)];
        if (time >= 2 && time <= 4) {
            CHECK(found == -0.25);
        } else {
            CHECK(found == Approx(time < 2 ? free : towards(-0.25, target, time - 4)).epsilon(1e-8));
        }
    }
    // From the start to the end; and methods of fixed steps agree, their number counted over the whole interval.
    for (const double state : states({{.is = perturbation::kind::silence}})) CHECK(state == 0);
    for (const auto with : {solve::method::rk4, solve::method::exponential_euler}) {
        const auto other = states({{.is = perturbation::kind::clamp, .amount = -0.25, .from = 3, .to = 4}},
                                  {.method = with, .steps = 38});
        CHECK(other[10] == -0.25);
        CHECK(other[19] == Approx(towards(-0.25, target, 0.75)).epsilon(1e-5));
    }
}

TEST_CASE("continuous: perturbed, Euler with steps of 1 gives the bits of a single area's steps") {
    const torch::NoGradGuard no_gradients;
    using kind = perturbation::kind;
    using target = perturbation::target;
    for (const auto* plan : {&plan_of<Tiny>, &plan_of<Mixed>}) {
        double_module net(*plan);
        auto start = starts(*plan, 2);
        start[0].select(1, 1).fill_(0.3);
        const perturbed_part second{.subtypes = {1}};
        const std::vector<perturbation> common{
            {.is = kind::clamp, .amount = 0.3, .where = second},  // from the start, where it stands at that
            {.is = kind::inject, .index = 1, .amount = 0.4, .from = 2, .to = 3, .where = {.rows = {0}, .images = {1}}},
            {.is = kind::scale_edge, .of = target::edge, .index = 1, .amount = 0.5, .from = 2, .to = 2},
            {.is = kind::cut, .of = target::edge, .index = 0, .from = 4},
            {.is = kind::freeze_tau, .index = 1, .amount = 2, .from = 3, .to = 3}};
        for (const bool is_sequence : {false, true}) {
            const auto input = is_sequence ? normal({2, 4, 2, 6, 5}, 1) : normal({2, 2, 6, 5}, 1);
            // A step's end, where its state is held, is where the next one begins.
            const auto with = [&](int held_from) {
                run_request request{.steps = {},
                                    .initial_states = start,
                                    .record_states = all(plan->types.size()),
                                    .perturbations = common};
                request.perturbations.push_back({.is = kind::clamp,
                                                 .index = 1,
                                                 .amount = 0.6,
                                                 .from = held_from,
                                                 .to = 3,
                                                 .where = {.columns = {2}}});
                return request;
            };
            auto stepped = with(2);
            if (!is_sequence) stepped.steps = 4;
            auto flowing = with(3);
            flowing.continuous = continuous_time{.end = 4, .evaluations = 5, .solver = steps_of_one};
            const auto expected = net.run(input, stepped), found = net.run(input, flowing);
            for (std::size_t i = 0; i < start.size(); ++i) {
                CHECK(torch::equal(found.states[i].slice(1, 1), expected.states[i]));
                CHECK(torch::equal(found.final_states[i], expected.final_states[i]));
            }
            CHECK(torch::equal(found.output, expected.output));
        }
    }
}

TEST_CASE("continuous: perturbed, gradients are those of finite differences, and none passes what is held") {
    using kind = perturbation::kind;
    using target = perturbation::target;
    const auto& plan = plan_of<Smooth>;
    double_module net(plan);
    const auto input = normal({2, 3, 2, 6, 5}, 8).requires_grad_();
    auto start = starts(plan, 2);
    for (auto& state : start) state.requires_grad_();
    const auto loss = [&] {
        const auto result = net.run(
            input, {.steps = {},
                    .initial_states = start,
                    .record_states = all(plan.types.size()),
                    .perturbations =
                        {{.is = kind::clamp, .amount = 0.2, .where = {.subtypes = {0}}},
                         {.is = kind::clamp, .index = 1, .amount = 0.4, .from = 2, .to = 2, .where = {.rows = {1}}},
                         {.is = kind::inject, .index = 2, .amount = 0.4, .from = 2},
                         {.is = kind::scale_edge, .of = target::edge, .index = 2, .amount = 0.5, .from = 3},
                         {.is = kind::cut, .of = target::feedback, .index = 0, .from = 2, .to = 2},
                         {.is = kind::freeze_tau, .index = 0}},
                    .continuous = continuous_time{
                        .end = 2.5, .evaluations = 4, .solver = {.method = solve::method::rk4, .steps = 10}}});
        auto sum = result.output.square().sum();
        for (const auto& states : result.states) sum = sum + states.square().sum();
        return sum;
    };
    std::vector<at::Tensor> leaves{input};
    leaves.insert(leaves.end(), start.begin(), start.end());
    const auto parameters = net.parameters_in_order();
    leaves.insert(leaves.end(), parameters.begin(), parameters.end());
    const auto gradients = torch::autograd::grad({loss()}, leaves, {}, std::nullopt, false, true);
    const torch::NoGradGuard no_gradients;
    CHECK(gradients[1].select(1, 0).abs().max().item<double>() == 0);
    const auto tau = 1 + start.size() + static_cast<std::size_t>(plan.types[0].tau_parameter);
    CHECK((!gradients[tau].defined() || gradients[tau].abs().max().item<double>() == 0));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (i == tau) continue;
        const auto position = position_in(leaves, i);
        CAPTURE(i, position);
        CHECK(gradients[i].reshape(-1)[position].item<double>() ==
              Approx(slope_at(leaves[i], position, loss)).epsilon(1e-5).margin(1e-7));
    }
}

TEST_CASE("continuous: by the user's types") {
    auto net = make<Tiny>({.dtype = at::kDouble, .seed = 1});
    net->eval();
    const torch::NoGradGuard no_gradients;
    const auto run =
        net->run(normal({3, 2, 6, 5}, 9), continuous_time{.end = 2, .evaluations = 5}, record<V1, E>{}, all_logits{});
    CHECK(run.state<V1, E>().sizes() == at::IntArrayRef{3, 5, 4, 6, 5});
    CHECK(run.times() == std::vector{0.0, 0.5, 1.0, 1.5, 2.0});
    CHECK(run.logits().sizes() == at::IntArrayRef{5, 3, 3});
    CHECK(net->run(normal({3, 2, 6, 5}, 9), steps{2}).times().empty());
}

TEST_CASE("continuous: what has no place in continuous time is refused in a sentence") {
    double_module net(plan_of<Two>);
    const auto image = normal({1, 2, 6, 5}, 1);
    const continuous_time time{};
    CHECK(refusal(net, image, {.steps = 2, .continuous = time}) ==
          "a run in continuous time has no steps; leave steps out");
    CHECK(
        refusal(net, image,
                {.steps = {}, .perturbations = {{.is = perturbation::kind::noise, .amount = 1}}, .continuous = time}) ==
        "noise is drawn anew at each step, which a run in continuous time hasn't; leave it out, or run in steps");
    CHECK(
        refusal(net, image, {.steps = {}, .perturbations = {{.from = 3}}, .continuous = continuous_time{.end = 1.5}}) ==
        "silence of Lower.E begins at step 3, at time 2, but the run ends at time 1.5");
    CHECK(contains(
        refusal(net, image, {.steps = {}, .initial_outputs = {normal({1, 3, 6, 5}, 1), {}}, .continuous = time}),
        "in continuous time outputs follow from the states at once"));
    CHECK(contains(refusal(net, image, {.steps = {}, .continuous = continuous_time{.evaluations = 1}}),
                   "states at 1 times can't be given"));
    CHECK(contains(refusal(net, image, {.steps = {}, .continuous = continuous_time{.evaluations = 2'000'000'000}}),
                   "and at most 1,000,000"));
    CHECK(contains(refusal(net, image, {.steps = {}, .continuous = continuous_time{.solver = {.saved_states = 0}}}),
                   "0 saved states are too few"));
    double_module looped(plan_of<Looped>);
    CHECK(
        contains(refusal(looped, image, {.steps = {}, .continuous = time}), "the output of Through depends on itself"));
    network_module rounded(plan_of<Two>, {.precision = precision::bfloat16});
    CHECK(contains(refusal(rounded, image.to(at::kFloat), {.steps = {}, .continuous = time}),
                   "without precision bfloat16"));
}

TEST_CASE("continuous: a sample of NaN stays alone, from where it is given") {
    double_module net(plan_of<Two>);
    const auto frames = normal({3, 3, 2, 6, 5}, 5);  // three, each shown for 1
    const auto with_nan = frames.clone();
    with_nan[1][1][0][2][3] = std::numeric_limits<double>::quiet_NaN();
    for (const auto& solver : {solve::options{}, solve::options{.method = solve::method::rk4, .steps = 8},
                               solve::options{.gradients = solve::gradients::recorded}})
        for (const auto order : {layout::batch_first, layout::time_first}) {
            const auto laid = [&](const at::Tensor& one) {
                return order == layout::time_first ? one.transpose(0, 1) : one;
            };
            const run_request request{.steps = {},
                                      .layout = order,
                                      .record_states = all(3),
                                      .perturbations = {{.is = perturbation::kind::inject, .amount = 0.1, .from = 3}},
                                      .continuous = continuous_time{.end = 3, .evaluations = 7, .solver = solver}};
            const auto input = frames.clone().requires_grad_(), bad = with_nan.clone().requires_grad_();
            const auto expected = net.run(laid(input), request), found = net.run(laid(bad), request);
            for (const int sample : {0, 2}) {
                for (std::size_t j = 0; j < found.states.size(); ++j)
                    CHECK(largest_difference(laid(found.states[j])[sample], laid(expected.states[j])[sample]) < 1e-10);
                const auto slope = [sample](const auto& run, const at::Tensor& of) {
                    return torch::autograd::grad({run.output[sample].sum()}, {of}, {}, true)[0][sample];
                };
                CHECK(largest_difference(slope(found, bad), slope(expected, input)) < 1e-10);
            }
            const auto other = laid(found.states[1])[1];
            CHECK(largest_difference(other.slice(0, 0, 3), laid(expected.states[1])[1].slice(0, 0, 3)) < 1e-12);
            CHECK(other.slice(0, 3).isnan().any().item<bool>());
            CHECK(found.output[1].isnan().any().item<bool>());
        }
    CHECK(message_of<solve::solver_error>([&] {
              const torch::NoGradGuard no_gradients;
              net.run(with_nan, {.steps = {}, .continuous = continuous_time{.end = 50, .solver = {.most_steps = 1}}});
          }).find("sample 0 got no further") == 0);
}

TEST_CASE("continuous: a sample that can't be solved names its neuron") {
    double_module net(plan_of<Two>);
    const auto text = message_of<solve::solver_error>([&] {
        net.run(normal({2, 2, 6, 5}, 1),
                {.steps = {}, .continuous = continuous_time{.end = 50, .solver = {.most_steps = 1}}});
    });
    CHECK(contains(text, "sample 0"));
    CHECK(contains(text, ", subtype "));
    CHECK((contains(text, "Lower.") || contains(text, "Upper.")));
}

}  // namespace continuous_continuous_test
