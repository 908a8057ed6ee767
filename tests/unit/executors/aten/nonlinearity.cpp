// Chains of nonlinearities and those that a user writes: values, gradients, refusals.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>

namespace aten_nonlinearity_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

struct OwnSigmoid {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static Real value(Real x) {
        return 1 / (1 + std::exp(-x));
    }
    template <class Real>
    static Real slope(Real x) {
        return value(x) * (1 - value(x));
    }
};
struct Cubic {
    static constexpr bool can_be_negative = true;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x * x - x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 3 * x * x - 1;
    }
};
struct Broken {
    static constexpr bool can_be_negative = true;
    template <class Real>
    static Real value(Real x) {
        return std::sqrt(x);
    }
    template <class Real>
    static Real slope(Real x) {
        return 1 / (2 * std::sqrt(x));
    }
};

/// A network in which the nonlinearity stands in a type, an edge, an output and a feedback.
template <activation_function InType, activation_function Elsewhere>
struct everywhere {
    struct T : hybrid<3, nonlinearity<InType>> {};
    struct Low : area<input<2, 6, 5>, feedback_channels<2>, neurons<T>,
                      connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>,
                                   from<T, edge{.nonlinearity = Elsewhere}, edge{.nonlinearity = InType}>>,
                      output<3, Elsewhere>> {};
    struct High : area<input<3, 4, 7>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 1, 1>>, output<3>> {};
    struct Net : network<Low, High, feedback<High, Low, edge{.nonlinearity = Elsewhere}>> {};
};

at::Tensor loss_of(network_module& net, const at::Tensor& images) {
    return net.run(images, {.steps = 3}).output.mul(normal({2, 3, 4, 7}, 5)).sum();
}

/// Largest disagreement between backward and central differences, parameter by parameter, along a random direction.
double gradient_error(const plan::network& plan) {
    network_module net(plan, {.dtype = at::kDouble, .seed = 4});
    auto images = normal({2, 2, 6, 5}, 6).requires_grad_();
    loss_of(net, images).backward();
    const at::NoGradGuard no_grad;
    auto leaves = net.parameters();
    leaves.push_back(images);
    double worst = 0;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const double step = 1e-6;
        const auto direction = normal(leaves[i].sizes(), 50 + i);
        leaves[i].add_(direction, step);
        const double above = loss_of(net, images).item<double>();
        leaves[i].add_(direction, -2 * step);
        const double below = loss_of(net, images).item<double>();
        leaves[i].add_(direction, step);
        const double measured = (above - below) / (2 * step);
        const double told = leaves[i].grad().mul(direction).sum().item<double>();
        worst = std::max(worst, std::abs(told - measured) / std::max(1.0, std::abs(measured)));
    }
    return worst;
}

/// Output and gradients of two networks that differ only in how they spell their nonlinearities.
double difference(const plan::network& one, const plan::network& other, at::ScalarType dtype) {
    network_module a(one, {.dtype = dtype, .seed = 2}), b(other, {.dtype = dtype, .seed = 2});
    const auto images = normal({2, 2, 6, 5}, 6, dtype);
    const auto x = a.run(images, {.steps = 4}).output, y = b.run(images, {.steps = 4}).output;
    x.square().sum().backward();
    y.square().sum().backward();
    double worst = largest_difference(x.detach(), y.detach());
    for (int i = 0; i < static_cast<int>(one.parameters.size()); ++i)
        worst = std::max(worst, largest_difference(a.parameter(i).grad(), b.parameter(i).grad()));
    return worst;
}

constexpr auto softened = chain(activation::softplus, activation::tanh);

}  // namespace

TEST_CASE("a chain applies its members from the first to the last") {
    struct Chained : excitatory<4, nonlinearity<softened>, tau<tau_mode::per_type>> {};
    struct One
        : area<input<2, 6, 5>, neurons<Chained>, connectivity<from<stimulus, 1, 0>, from<Chained, 0, 1>>, output<1>> {};
    network_module net(plan_of<One>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;
        net.parameter(index_of(net.plan(), "areas.0.tau.0")).fill_(1);  // the state is the nonlinearity of the drive
    }
    const auto images = normal({2, 2, 6, 5}, 1);
    const auto drive = at::conv2d(images, net.parameter(index_of(net.plan(), "areas.0.convs.0->0.0.weight")),
                                  net.parameter(index_of(net.plan(), "areas.0.convs.0->0.0.bias")), 1, 1);
    const auto state = net.run(images, {.steps = 1}).final_states[0];
    CHECK(largest_difference(state, at::tanh(at::softplus(drive))) < 1e-15);
    CHECK(largest_difference(state, at::softplus(at::tanh(drive))) > 0.1);
}

TEST_CASE("gradients of chains and of users' nonlinearities, wherever they stand") {
    CHECK(gradient_error(plan_of<everywhere<softened, chain(activation::elu, activation::silu)>::Net>) < 1e-7);
    CHECK(gradient_error(plan_of<everywhere<custom<OwnSigmoid>, custom<Cubic>>::Net>) < 1e-7);
}

TEST_CASE("a user's sigmoid is the library's, in both precisions") {
    using own = everywhere<custom<OwnSigmoid>, activation::none>;
    using named = everywhere<activation::sigmoid, activation::none>;
    CHECK(difference(plan_of<own::Net>, plan_of<named::Net>, at::kDouble) < 1e-13);
    CHECK(difference(plan_of<own::Net>, plan_of<named::Net>, at::kFloat) < 1e-4);
    using other = everywhere<activation::hard_sigmoid, activation::none>;
    CHECK(difference(plan_of<own::Net>, plan_of<other::Net>, at::kDouble) > 1e-3);
}

TEST_CASE("a user's nonlinearity on a map that is large, or not contiguous") {
    struct T : hybrid<1, nonlinearity<custom<Cubic>>> {};
    struct Large
        : area<input<1, 200, 300>, neurons<T>,
               connectivity<from<stimulus, edge{.extent = {1, 1}, .bias = false}, 0>, from<T, 0, 1>>, output<1>> {};
    network_module net(plan_of<Large>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;
        for (const auto& parameter : net.parameters()) parameter.fill_(1);
    }
    const auto turned = normal({2, 1, 300, 200}, 3).transpose(2, 3);
    CHECK(!turned.is_contiguous());
    const auto state = net.run(turned, {.steps = 1}).final_states[0];
    CHECK(largest_difference(state, turned.pow(3) - turned) < 1e-12);
}

TEST_CASE("what a user's nonlinearity hasn't is refused in words") {
    network_module net(plan_of<everywhere<custom<Cubic>, activation::none>::Net>,
                       {.dtype = at::kDouble, .executor = executor::transparent});
    auto images = normal({2, 2, 6, 5}, 6).requires_grad_();
    const auto loss = loss_of(net, images);
    CHECK_THROWS_WITH(torch::autograd::grad({loss}, {images}, {}, /*retain_graph=*/true, /*create_graph=*/true),
                      "the nonlinearity Cubic has a slope but no second derivative; differentiate once, without "
                      "create_graph");
}

TEST_CASE("a slope agrees with differences of its value, NaN included") {
    CHECK(largest_slope_error<OwnSigmoid>() < 1e-8);
    CHECK(largest_slope_error<Cubic>() < 1e-8);
    CHECK(largest_slope_error<Broken>() == (std::numeric_limits<double>::max)());
    CHECK(largest_slope_error<Broken>(1, 9) < 1e-8);
    CHECK(std::isnan(least_value<Broken>(-1, 1)));
    CHECK(least_value<OwnSigmoid>(-3, 3) == Approx(1 / (1 + std::exp(3.0))));
}

}  // namespace aten_nonlinearity_test
