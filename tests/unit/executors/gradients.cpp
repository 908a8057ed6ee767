// Gradients against finite differences, for every option: neuron class, nonlinearity, tau mode, density, groups.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "executors/shared_work.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <string>

namespace gradients_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr int activations = static_cast<int>(activation::hard_tanh) + 1;

/// A plan of its own storage, to be changed at run time.
class changeable_plan {
  public:
    explicit changeable_plan(const plan::network& from)
        : types(from.types.begin(), from.types.end()),
          edges(from.edges.begin(), from.edges.end()),
          parameters(from.parameters.begin(), from.parameters.end()),
          value_(from) {}

    std::vector<plan::neuron_type> types;
    std::vector<plan::edge> edges;
    std::vector<plan::parameter> parameters;

    void set_tau(tau_mode mode) {
        for (auto& type : types) {
            type.tau = mode;
            const bool subtypes = mode == tau_mode::per_subtype || mode == tau_mode::per_subtype_spatial;
            const bool positions = mode == tau_mode::spatial || mode == tau_mode::per_subtype_spatial;
            parameters[static_cast<std::size_t>(type.tau_parameter)].shape = {1, subtypes ? type.shape.channels : 1,
                                                                              positions ? type.shape.height : 1,
                                                                              positions ? type.shape.width : 1};
        }
    }
    /// The class of both neuron types.
    void set_class(neuron_class kind) {
        for (auto& type : types) type.kind = kind;
        for (auto& edge : edges) {
            if (edge.from != plan::edge::source::neuron_type) continue;
            edge.sign = kind == neuron_class::inhibitory ? -1 : 1;
            edge.non_negative = kind != neuron_class::hybrid;
            using bound = plan::parameter::bound;
            const auto constraint = edge.non_negative ? bound::non_negative : bound::free;
            parameters[static_cast<std::size_t>(edge.weight)].constraint = constraint;
            if (edge.bias >= 0) parameters[static_cast<std::size_t>(edge.bias)].constraint = constraint;
        }
    }
    /// Sets that of the types, and the next one in the list for every second edge.
    void set_nonlinearity(int function) {
        for (auto& type : types) type.nonlinearity = activation(function);
        for (std::size_t i = 0; i < edges.size(); i += 2)
            edges[i].nonlinearity = activation((function + 1 + static_cast<int>(i)) % activations);
    }

    plan::network view() const {
        auto network = value_;
        network.types = types;
        network.edges = edges;
        network.parameters = parameters;
        return network;
    }

  private:
    plan::network value_;
};

/// A weighted sum of all that a run gives.
at::Tensor loss_of(network_module& net, const at::Tensor& input) {
    const int steps = 3;
    run_request request{.steps = steps};
    request.record_states.assign(net.plan().types.size(), true);
    request.record_outputs.assign(net.plan().areas.size(), true);
    auto result = net.run(input, request);
    auto loss = at::zeros({}, at::kDouble);
    std::uint64_t seed = 100;
    for (const auto* values : {&result.states, &result.outputs})
        for (const auto& value : *values) loss = loss + value.mul(normal(value.sizes(), ++seed)).sum();
    return result.logits.defined() ? loss + result.logits.mul(normal(result.logits.sizes(), 99)).sum() : loss;
}

/// A random direction for the chosen tensors, zero for the others.
std::vector<at::Tensor> direction_of(const std::vector<at::Tensor>& leaves, const std::vector<bool>& chosen) {
    std::vector<at::Tensor> directions;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        directions.push_back(chosen[i] ? normal(leaves[i].sizes(), 1000 + i) : at::zeros_like(leaves[i]));
    return directions;
}

/// The largest disagreement, relative to the derivative, between backward and central differences, along random
/// directions of all weights and biases, of all taus, and of the input.
double largest_error(network_module& net, const at::Tensor& image) {
    const double step = 1e-6;
    auto input = image.clone().requires_grad_();
    loss_of(net, input).backward();
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> leaves;
    std::vector<std::vector<bool>> kinds(3);
    for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
        leaves.push_back(net.parameter(static_cast<int>(i)));
        const bool is_tau = net.plan().parameters[i].is == plan::parameter::role::tau;
        kinds[0].push_back(!is_tau);
        kinds[1].push_back(is_tau);
        kinds[2].push_back(false);
    }
    leaves.push_back(input);
    for (auto& kind : kinds) kind.push_back(&kind == &kinds[2]);

    double worst = 0;
    for (const auto& kind : kinds) {
        const auto directions = direction_of(leaves, kind);
        const auto moved = [&](double along) {
            for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i].add_(directions[i], along);
            return loss_of(net, input).item<double>();
        };
        double told = 0;
        for (std::size_t i = 0; i < leaves.size(); ++i)
            if (leaves[i].grad().defined()) told += leaves[i].grad().mul(directions[i]).sum().item<double>();
        const double above = moved(step), below = moved(-2 * step);
        moved(step);
        const double measured = (above - below) / (2 * step);
        worst = std::max(worst, std::abs(told - measured) / std::max(1.0, std::abs(measured)));
    }
    return worst;
}

/// Weights and biases, and different taus, away from the bounds: at a bound of 0 a ReLU has no derivative.
void draw_parameters(network_module& net) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
        using bound = plan::parameter::bound;
        const auto& parameter = net.parameter(static_cast<int>(i));
        auto drawn = 0.4 * normal(parameter.sizes(), 10 + i);
        if (net.plan().parameters[i].constraint != bound::free) drawn = drawn.abs() + 0.05;
        parameter.copy_(net.plan().parameters[i].constraint == bound::at_least_one ? 1 + drawn : drawn);
    }
}

template <int Groups, class... Density>
struct subjects {
    struct Sender : excitatory<2, Density...> {};
    struct Partner : inhibitory<2> {};
    struct Circuit
        : area<input<2, 5, 6>, neurons<Sender, Partner>,
               connectivity<from<stimulus, edge{.groups = Groups}, 1, edge{.extent = {1, 1}}>,
                            from<Sender, 1, edge{.groups = Groups}, edge{.extent = {1, 3}, .groups = Groups}>,
                            from<Partner, edge{.extent = {3, 1}, .bias = false}, 1, 0>>,
               output<2>> {};
};

/// Every class with every nonlinearity and with every tau mode.
void check_all_options(const plan::network& plan) {
    const threads_for_a_while one(1);  // tensors are tiny
    const auto image = normal({2, 2, 5, 6}, 8);
    for (int kind = 0; kind < 3; ++kind)
        for (int function = 0; function < activations; ++function) {
            changeable_plan changed(plan);
            const auto mode = tau_mode((function + kind) % 4);
            changed.set_class(neuron_class(kind));
            changed.set_tau(mode);
            changed.set_nonlinearity(function);
            network_module net(changed.view(), {.dtype = at::kDouble});
            draw_parameters(net);
            INFO(name_of(neuron_class(kind)) << ", tau " << name_of(mode) << ", " << name_of(activation(function)));
            CHECK(largest_error(net, image) < 1e-6);  // the step: a kink may lie within it
        }
}

}  // namespace

TEST_CASE("gradients: full density, dense convolutions") { check_all_options(plan_of<subjects<1>::Circuit>); }
TEST_CASE("gradients: full density, channel groups") { check_all_options(plan_of<subjects<2>::Circuit>); }
TEST_CASE("gradients: half density, dense convolutions") {
    check_all_options(plan_of<subjects<1, half_density>::Circuit>);
}
TEST_CASE("gradients: half density, channel groups") { check_all_options(plan_of<subjects<2, half_density>::Circuit>); }

TEST_CASE("gradients: feedback, delay and resizing between areas") {
    network_module net(plan_of<Two>, {.dtype = at::kDouble});
    draw_parameters(net);
    CHECK(largest_error(net, normal({2, 2, 6, 5}, 7)) < 1e-7);
}

TEST_CASE("gradients: a classifier") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    net.eval();
    draw_parameters(net);
    CHECK(largest_error(net, normal({2, 2, 6, 5}, 7)) < 1e-7);
}

}  // namespace gradients_test
