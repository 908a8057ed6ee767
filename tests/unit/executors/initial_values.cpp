// What a network starts from: time constants, feedback and outputs, drawn or given.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <cmath>

namespace initial_values_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

template <tau_start Start>
at::Tensor drawn_tau(std::uint64_t seed) {
    struct T : excitatory<50, tau<tau_mode::per_subtype_spatial, Start>> {};
    struct Many : area<input<1, 20, 20>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 0, 1>>, output<1>> {};
    const network_module net(plan_of<Many>, {.dtype = at::kDouble, .seed = seed});
    return net.parameter(plan_of<Many>.types[0].tau_parameter).detach();
}

/// Two areas whose feedback and delayed output start from declared numbers.
template <fill Feedback, fill Output>
struct starting {
    struct T : hybrid<3> {};
    struct Low : area<input<2, 30, 30>, feedback_channels<20, neuron_class::hybrid, Feedback>, neurons<T>,
                      connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<T, 1, 1>>,
                      output<20, activation::none, Output>> {};
    struct High : area<input<20, 30, 30>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 1, 1>>, output<3>> {};
    struct Net : network<Low, High, feedback<High, Low>, area_delay<1>> {};
};

/// The final states after one step, given the first feedback and output of the lower area (or none).
std::vector<at::Tensor> after_one_step(network_module& net, const at::Tensor& feedback, const at::Tensor& output) {
    return net
        .run(normal({2, 2, 30, 30}, 1),
             {.steps = 1, .initial_outputs = {output, at::Tensor()}, .initial_feedback = {feedback, at::Tensor()}})
        .final_states;
}

}  // namespace

TEST_CASE("time constants start from a number, or are drawn and lifted to one step") {
    const auto number = drawn_tau<3.0>(1);
    CHECK(number.min().item<double>() >= 3);
    CHECK(number.max().item<double>() <= 3 + 1e-6);
    const auto uniform = drawn_tau<uniform_draw{2, 6}>(1);
    CHECK(uniform.min().item<double>() >= 2);
    CHECK(uniform.max().item<double>() <= 6);
    CHECK(uniform.mean().item<double>() == Approx(4).margin(0.05));
    CHECK(uniform.std().item<double>() == Approx(4 / std::sqrt(12.0)).margin(0.05));
    const auto normal_far = drawn_tau<normal_draw{10, 0.5}>(1);
    CHECK(normal_far.mean().item<double>() == Approx(10).margin(0.05));
    CHECK(normal_far.std().item<double>() == Approx(0.5).margin(0.02));
    const auto normal_near = drawn_tau<normal_draw{1, 0.5}>(1);
    CHECK(normal_near.min().item<double>() == 1);  // half of them are lifted
    CHECK(normal_near.eq(1).to(at::kDouble).mean().item<double>() == Approx(0.5).margin(0.02));
    CHECK(drawn_tau<uniform_draw{2, 6}>(1).equal(uniform));
    CHECK(!drawn_tau<uniform_draw{2, 6}>(2).equal(uniform));
}

TEST_CASE("feedback and outputs start as declared") {
    const auto zeros = at::zeros({2, 20, 30, 30}, at::kDouble), ones = at::ones({2, 20, 30, 30}, at::kDouble);
    network_module from_zeros(plan_of<starting<fill::zeros, fill::zeros>::Net>, {.dtype = at::kDouble, .seed = 1});
    network_module from_ones(plan_of<starting<fill::ones, fill::ones>::Net>, {.dtype = at::kDouble, .seed = 1});
    const auto low = after_one_step(from_zeros, {}, {});
    const auto high = after_one_step(from_ones, {}, {});
    for (std::size_t type : {0U, 1U}) {
        CHECK(low[type].equal(after_one_step(from_zeros, zeros, zeros)[type]));
        CHECK(high[type].equal(after_one_step(from_zeros, ones, ones)[type]));
        CHECK(!high[type].equal(low[type]));
        CHECK(low[type].equal(after_one_step(from_ones, zeros, zeros)[type]));  // what is given wins
    }
}

TEST_CASE("drawn feedback and outputs have the declared distribution, and come from the seed") {
    using drawn = starting<fill::uniform, fill::normal>;
    network_module net(plan_of<drawn::Net>, {.dtype = at::kDouble, .seed = 1});
    network_module same(plan_of<drawn::Net>, {.dtype = at::kDouble, .seed = 1});
    const auto first = after_one_step(net, {}, {});
    CHECK(first[0].equal(after_one_step(same, {}, {})[0]));
    CHECK(first[1].equal(after_one_step(same, {}, {})[1]) == false);  // drawn anew in the second run
    // A kernel that reads one channel of the start tells its distribution: tau 1, the centre weight 1, a linear type.
    struct Reader : hybrid<20, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
    constexpr edge own_channel{.extent = {1, 1}, .groups = 20, .bias = false};
    constexpr edge one_to_all{.extent = {1, 1}, .bias = false};
    struct Low
        : area<
              input<1, 30, 30>, feedback_channels<20, neuron_class::inhibitory, fill::uniform>, neurons<Reader>,
              connectivity<from<stimulus, one_to_all, 0>, from<top_down, own_channel, 0>, from<Reader, 0, own_channel>>,
              output<20, activation::none, fill::normal>> {};
    struct High : area<input<20, 30, 30>, neurons<Reader>,
                       connectivity<from<stimulus, own_channel, 0>, from<Reader, 0, own_channel>>, output<20>> {};
    struct Two : network<Low, High, feedback<High, Low>, area_delay<1>> {};
    network_module reader(plan_of<Two>, {.dtype = at::kDouble, .seed = 1});
    {
        const at::NoGradGuard no_grad;
        for (const auto& parameter : reader.parameters()) parameter.fill_(1);
    }
    const auto states = reader.run(at::zeros({4, 1, 30, 30}, at::kDouble), {.steps = 1}).final_states;
    const auto heard = -states[0];  // the row of the feedback inhibits
    CHECK(heard.min().item<double>() >= 0);
    CHECK(heard.max().item<double>() <= 1);
    CHECK(heard.mean().item<double>() == Approx(0.5).margin(0.01));
    CHECK(states[1].mean().item<double>() == Approx(0).margin(0.02));
    CHECK(states[1].std().item<double>() == Approx(1).margin(0.02));
}

TEST_CASE("a first feedback that is not zero is heard at the first step only") {
    network_module net(plan_of<starting<fill::ones, fill::zeros>::Net>, {.dtype = at::kDouble, .seed = 1});
    run_request request{.steps = 4};
    request.record_outputs = {false, true};
    request.record_feedback = {true, false};
    const auto result = net.run(normal({2, 2, 30, 30}, 1), request);
    const auto& weight = net.parameter(index_of(net.plan(), "feedback_convs.1->0.1.weight"));
    const auto& bias = net.parameter(index_of(net.plan(), "feedback_convs.1->0.1.bias"));
    for (int t = 0; t < 4; ++t)  // at every step, the last included, what is sent is the convolved output and no more
        CHECK(largest_difference(result.feedback[0].select(1, t),
                                 at::conv2d(result.outputs[1].select(1, t), weight, bias, 1, 1)) < 1e-12);
}

TEST_CASE("feedback without bias has none, and of a bounded class it is heard with that class's sign") {
    struct T : excitatory<3> {};
    constexpr edge unbiased{.bias = false};
    struct Low : area<input<2, 6, 5>, feedback_channels<2, neuron_class::inhibitory>, neurons<T>,
                      connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<T, 1, 1>>, output<3>> {};
    struct High : area<input<3, 6, 5>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 1, 1>>, output<3>> {};
    struct Net : network<Low, High, feedback<High, Low, unbiased>> {};
    network_module net(plan_of<Net>, {.dtype = at::kDouble, .seed = 1});
    CHECK(index_of(net.plan(), "feedback_convs.1->0.1.weight") >= 0);
    CHECK(index_of(net.plan(), "feedback_convs.1->0.1.bias") == -1);
    const auto& heard_through = net.parameter(index_of(net.plan(), "areas.0.convs.1->0.0.weight"));
    {
        const at::NoGradGuard no_grad;
        heard_through.sub_(10);
    }
    net.project();
    CHECK(heard_through.max().item<double>() == 0);  // kept non-negative
    {
        const at::NoGradGuard no_grad;
        heard_through.fill_(0.1);
    }
    const auto images = normal({2, 2, 6, 5}, 3);
    const auto quiet = net.run(images, {.steps = 1}).final_states[0];
    const auto inhibited =
        net.run(images, {.steps = 1, .initial_feedback = {at::ones({2, 2, 6, 5}, at::kDouble), at::Tensor()}})
            .final_states[0];
    CHECK((quiet - inhibited).min().item<double>() > 0);
}

TEST_CASE("feedback that is wired to the output reaches it directly") {
    struct T : excitatory<3> {};
    struct Low : area<input<2, 6, 5>, feedback_channels<2>, neurons<T>,
                      connectivity<from<stimulus, 1, 0>, from<top_down, 0, 1>, from<T, 1, 1>>, output<3>> {};
    struct High : area<input<3, 6, 5>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 1, 1>>, output<3>> {};
    struct Net : network<Low, High, feedback<High, Low>> {};
    network_module net(plan_of<Net>, {.dtype = at::kDouble, .seed = 1});
    const auto images = normal({2, 2, 6, 5}, 3), heard = normal({2, 2, 6, 5}, 4);
    run_request request{.steps = 1};
    request.record_outputs = {true, false};
    const auto quiet = net.run(images, request).outputs[0].select(1, 0);
    request.initial_feedback = {heard, at::Tensor()};
    const auto told = net.run(images, request).outputs[0].select(1, 0);
    const auto& weight = net.parameter(index_of(net.plan(), "areas.0.out_convs.1->out.0.weight"));
    CHECK(largest_difference(told - quiet, at::conv2d(heard, weight, {}, 1, 1)) < 1e-12);
}

}  // namespace initial_values_test
