#pragma once
// Networks with everything that a declaration can have, and runs of them with all their gradients: what executors are
// held to each other with.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <cortexpr/schedule/winograd.hpp>

#include <ATen/core/grad_mode.h>

#include <string>

namespace cortexpr::test {

inline constexpr int some_steps = 4;

struct Bump {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x / (1 + x * x);
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 2 * x / ((1 + x * x) * (1 + x * x));
    }
};

// Every kind of edge at once: half and full grids, nonlinearities of types, edges and output, groups, extents,
// feedback.
struct Pyr : excitatory<6, tau<tau_mode::spatial, 2.0>> {};
struct PV : inhibitory<4, half_density, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype, 1.5>> {};
struct SST : inhibitory<2, nonlinearity<chain(activation::softplus, activation::tanh)>> {};
struct VIP : inhibitory<3, half_density, nonlinearity<custom<Bump>>, tau<tau_mode::per_subtype_spatial, 3.0>> {};
struct Mixed : area<input<2, 7, 6>, feedback_channels<3, neuron_class::excitatory>, neurons<Pyr, PV, SST, VIP>,
                    connectivity<  //
                        from<stimulus, 1, edge{.nonlinearity = activation::gelu}, 0, 1, edge{.extent = {1, 1}}>,
                        from<top_down, 1, 0, edge{.extent = {1, 3}, .nonlinearity = activation::silu}, 0, 1>,
                        from<Pyr, edge{.extent = {5, 3}, .groups = 2}, 1, 1, 1, 1>,
                        from<PV, 1, 1, 0, edge{.nonlinearity = activation::tanh}, 0>,
                        from<SST, edge{.bias = false}, 1, 1, 0, edge{.nonlinearity = activation::relu}>,
                        from<VIP, 1, 0, 1, edge{.groups = 3}, 1>>,
                    output<5, activation::elu>> {};
struct Middle : area<input<5, 3, 9>, feedback_channels<2, neuron_class::inhibitory>, neurons<E, I>,
                     connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 1>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
                     output<4>> {};
struct Top : area<input<4, 3, 4>, neurons<H>, connectivity<from<stimulus, 1, 1>, from<H, 1, 1>>, output<3>> {};
template <int Delay, pool_mode Pool>
using three = network<Mixed, Middle, Top, feedback<Middle, Mixed, edge{.nonlinearity = activation::hard_tanh}>,
                      feedback<Top, Mixed, edge{.extent = {1, 1}, .bias = false}>, feedback<Top, Middle>, pool<Pool>,
                      area_delay<Delay>>;
// No area reads its output before the end, and none of it comes from the stimulus.
struct Coarse : excitatory<3, half_density> {};
struct Unheard : area<input<2, 5, 6>, neurons<E, Coarse>,
                      connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>,
                                   from<Coarse, 1, 1, edge{.nonlinearity = activation::softplus}>>,
                      output<3, activation::elu>> {};
// Winograd convolutions, of both extents, and none that divides the map; with a kinked nonlinearity, what is nearly 0
// is summed by tap.
struct Many : excitatory<16> {};
struct Fewer : inhibitory<12, tau<tau_mode::per_subtype, 2.0>> {};
template <activation Function>
struct Broad : area<input<2, 9, 14>, neurons<Many, Fewer>,
                    connectivity<from<stimulus, 1, 1, 0>, from<Many, 1, edge{.extent = {5, 5}}, 1>,
                                 from<Fewer, 1, 1, edge{.nonlinearity = Function}>>,
                    output<20>> {};
template <activation Function>
using broad_classifier =
    classifier<network<Broad<Function>>, classes<3>, hidden<5>, readout_pool<pool_mode::max, 1, 2>>;
struct Tiled : broad_classifier<activation::tanh> {};
struct Kinked : broad_classifier<activation::relu> {};
static_assert(!plan::has_kinks(plan_of<Tiled>) && plan::has_kinks(plan_of<Kinked>));
constexpr bool is_winograd(int extent) {
    for (const auto& one : plan::schedule_of(plan_of<Tiled>).convolutions)
        if (one.extent.height == extent && plan::pays_as_winograd(plan_of<Tiled>, one)) return true;
    return false;
}
static_assert(is_winograd(3) && is_winograd(5));
constexpr edge plain{.bias = false};
struct Rectifying : excitatory<16, nonlinearity<activation::relu>> {};
struct Rectified : area<input<2, 9, 14>, neurons<Rectifying>,
                        connectivity<from<stimulus, plain, 0>, from<Rectifying, plain, 1>>, output<4>> {};
struct Prompt : three<0, pool_mode::max> {};
struct Late : three<1, pool_mode::average> {};
struct Judge : classifier<Prompt, classes<4>, hidden<8>, readout_pool<pool_mode::max, 2, 1>> {};
struct Averaging : classifier<Late, classes<4>, hidden<8>, readout_pool<pool_mode::average, 1, 2>> {};

inline at::Tensor stimulus_for(const plan::network& plan, bool is_sequence, layout order) {
    const auto& in = plan.areas.front().input;
    if (!is_sequence) return normal({3, in.channels, in.height, in.width}, 5);
    const std::int64_t first = order == layout::batch_first ? 3 : some_steps;
    return normal({first, 3 + some_steps - first, in.channels, in.height, in.width}, 5);
}

/// Different weights, taus and biases, with nothing at a bound, and sums of many small enough for a tanh to have a
/// slope.
inline void draw(network_module& net) {
    const at::NoGradGuard no_grad;
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
        using bound = plan::parameter::bound;
        auto drawn = 0.3 * normal(net.parameter(i).sizes(), 10 + static_cast<std::uint64_t>(i));
        const auto constraint = net.plan().parameters[static_cast<std::size_t>(i)].constraint;
        if (constraint != bound::free) drawn = drawn.abs() + 0.05;
        const auto summed = drawn.dim() == 4 ? drawn[0].numel() : 0;
        if (summed > 100) drawn = drawn * (10 / static_cast<double>(summed));
        net.parameter(i).copy_(constraint == bound::at_least_one ? 1 + drawn : drawn);
    }
}

struct outcome {
    std::vector<at::Tensor> values, gradients;
};

/// With what a run is computed.
struct run_setup {
    std::vector<int> frozen{};  ///< parameters
    cortexpr::precision precision = cortexpr::precision::float32;
    std::string device = "cpu";
};

/// All that a run gives, and all gradients of a weighted sum of it: parameters, stimulus, given starts. On a device,
/// but handed over on the CPU.
inline outcome run_with(executor with, const plan::network& plan, run_request request, const at::Tensor& stimulus,
                        const run_setup& setup = {}) {
    network_module net(
        plan,
        {.device = setup.device, .dtype = stimulus.scalar_type(), .executor = with, .precision = setup.precision});
    net.eval();
    draw(net);
    for (const int index : setup.frozen) net.freeze(index);
    const auto leaf = [&net](const at::Tensor& value) { return value.to(net.device()).clone().requires_grad_(); };
    std::vector<at::Tensor> leaves{leaf(stimulus)};
    for (auto* starts : {&request.initial_states, &request.initial_outputs, &request.initial_feedback})
        for (auto& start : *starts)
            if (start.defined()) leaves.emplace_back(start = leaf(start));
    const auto result = net.run(leaves.front(), request);
    outcome all;
    const auto add = [&all](const at::Tensor& value) {
        if (value.defined()) all.values.push_back(value);
    };
    for (const auto* list : {&result.states, &result.outputs, &result.feedback})
        for (const auto& value : *list) add(value);
    if (!request.answer_only)
        for (const auto& value : result.final_states) add(value);
    if (!request.answer_only || !plan.has_readout()) add(result.output);
    add(result.logits);
    at::Tensor loss = at::zeros({}, leaves.front().options().requires_grad(false));
    std::uint64_t seed = 500;
    for (const auto& value : all.values)
        loss = loss + value.mul(normal(value.sizes(), ++seed, stimulus.scalar_type()).to(value.device())).sum();
    loss.backward();
    for (int i = 0; i < static_cast<int>(plan.parameters.size()); ++i) leaves.push_back(net.parameter(i));
    for (auto& value : all.values) value = value.detach().cpu();
    for (const auto& one : leaves)
        all.gradients.push_back(one.grad().defined() ? one.grad().cpu() : at::zeros_like(one, at::kCPU).detach());
    return all;
}

/// The largest difference, relative to each tensor's largest element.
inline double largest_error(const std::vector<at::Tensor>& ours, const std::vector<at::Tensor>& theirs) {
    REQUIRE(ours.size() == theirs.size());
    double worst = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        REQUIRE(ours[i].sizes() == theirs[i].sizes());
        const double scale = theirs[i].detach().abs().max().item<double>();
        const double error = largest_difference(ours[i].detach(), theirs[i].detach()) / (scale + 1e-12);
        INFO("tensor " << i << ": " << error);
        CHECK(error == error);
        worst = std::max(worst, error);
    }
    return worst;
}

inline run_request everything(const plan::network& plan) {
    run_request request{.steps = some_steps};
    request.record_states.assign(plan.types.size(), true);
    request.record_outputs.assign(plan.areas.size(), true);
    for (const auto& area : plan.areas) request.record_feedback.push_back(area.feedback.channels > 0);
    return request;
}

inline run_request with_starts(const plan::network& plan, run_request request) {
    std::uint64_t seed = 300;
    const auto drawn = [&seed](const plan::map_shape& shape) {
        return normal({3, shape.channels, shape.height, shape.width}, ++seed).abs();
    };
    for (std::size_t i = 0; i < plan.types.size(); ++i)
        request.initial_states.push_back(i % 2 == 0 ? drawn(plan.types[i].shape) : at::Tensor());
    for (const auto& area : plan.areas) {
        request.initial_outputs.push_back(drawn(area.output));
        request.initial_feedback.push_back(area.feedback.channels > 0 ? drawn(area.feedback) : at::Tensor());
    }
    return request;
}

inline const std::vector<const plan::network*> subjects{
    &plan_of<Prompt>, &plan_of<Late>,  &plan_of<Judge>,   &plan_of<Averaging>, &plan_of<Two>,
    &plan_of<Tiny>,   &plan_of<Mixed>, &plan_of<Unheard>, &plan_of<Tiled>,     &plan_of<Kinked>};

}  // namespace cortexpr::test
