// Counted operations against those that a run does, as LibTorch itself sees them called.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <cortexpr/schedule/work/work.hpp>

#include <memory>
#include <string_view>

namespace schedule_costs_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::int64_t counted = 0;

std::int64_t positions_of(const at::RecordFunction& convolution) {
    const auto inputs = convolution.inputs();
    const auto stride = inputs[3].toIntVector();
    std::int64_t positions = 1;
    for (std::size_t side : {0U, 1U})
        positions *= (inputs[0].toTensor().size(2 + static_cast<std::int64_t>(side)) - 1) / stride[side] + 1;
    return positions;
}

/// Two for each multiply-add of a convolution or a linear layer, for one image.
std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& call) {
    const std::string_view name = call.name();
    if (name != "aten::conv2d" && name != "aten::linear") return nullptr;
    const auto weight = call.inputs()[1].toTensor();
    counted += 2 * weight.numel() * (name == "aten::conv2d" ? positions_of(call) : 1);
    return nullptr;
}

/// Elements of the maps that the terms of the equations read and write, for one image.
std::unique_ptr<at::ObserverContext> count_maps(const at::RecordFunction& call) {
    const std::string_view name = call.name();
    const auto size = [&call](std::size_t input) { return call.inputs()[input].toTensor().numel(); };
    if (name == "aten::conv2d") counted += size(0) + call.inputs()[1].toTensor().size(0) * positions_of(call);
    if (name == "aten::add" || name == "aten::sub" || name == "aten::lerp") counted += 3 * size(0);
    for (const std::string_view one : {"aten::neg", "aten::sigmoid", "aten::relu", "aten::tanh", "aten::softplus"})
        if (name == one) counted += 2 * size(0);
    return nullptr;
}

/// Bytes of a run that computes every edge at every step, because all is recorded.
std::int64_t moved_bytes(const plan::network& plan, int steps) {
    network_module net(plan, {.dtype = at::kDouble, .executor = executor::transparent});
    const at::NoGradGuard no_grad;
    run_request request{.steps = steps};
    request.record_outputs.assign(plan.areas.size(), true);
    for (const auto& area : plan.areas) request.record_feedback.push_back(area.feedback.channels > 0);
    counted = 0;
    const auto handle = at::addThreadLocalCallback(
        at::RecordFunctionCallback(count_maps).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
    const auto& input = plan.areas.front().input;
    net.run(normal({1, input.channels, input.height, input.width}, 1), request);
    at::removeCallback(handle);
    return counted * static_cast<std::int64_t>(sizeof(float));
}

std::int64_t operations_of(const plan::network& plan, int steps) {
    network_module net(plan, {.dtype = at::kDouble, .executor = executor::transparent});
    const at::NoGradGuard no_grad;
    counted = 0;
    const auto handle = at::addThreadLocalCallback(
        at::RecordFunctionCallback(count).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
    const auto& input = plan.areas.front().input;
    net.run(normal({1, input.channels, input.height, input.width}, 1), {.steps = steps});
    at::removeCallback(handle);
    return counted;
}

struct Half : inhibitory<2, half_density> {};
struct Mixed : area<input<1, 7, 10>, neurons<E, Half>,
                    connectivity<from<stimulus, 1, edge{.extent = {5, 3}}, 0>, from<E, edge{.groups = 4}, 1, 1>,
                                 from<Half, 1, edge{.extent = {1, 3}}, 1>>,
                    output<2>> {};
struct First : area<input<2, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct Second : area<input<3, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct Late
    : classifier<network<First, Second, area_delay<1>>, classes<3>, hidden<5>, readout_pool<pool_mode::max, 2, 2>> {};
struct Prompt : network<First, Second> {};
struct Soft : hybrid<3, nonlinearity<chain(activation::softplus, activation::tanh)>> {};
struct Pointwise : area<input<1, 6, 6, neuron_class::inhibitory>, neurons<Soft, I>,
                        connectivity<from<stimulus, 1, 1, 1>, from<Soft, edge{.nonlinearity = activation::tanh}, 1, 1>,
                                     from<I, 1, edge{.nonlinearity = activation::relu}, 0>>,
                        output<2, chain(activation::relu, activation::softplus)>> {};

}  // namespace

TEST_CASE("the counted operations are those that a run does", "[observed]") {
    for (const int steps : {1, 2, 5}) {
        INFO(steps << " steps");
        CHECK(operations_of(plan_of<Tiny>, steps) == plan::forward_flops(plan_of<Tiny>, steps));
        CHECK(operations_of(plan_of<Mixed>, steps) == plan::forward_flops(plan_of<Mixed>, steps));
        CHECK(operations_of(plan_of<Two>, steps) == plan::forward_flops(plan_of<Two>, steps));
        CHECK(operations_of(plan_of<Late>, steps) == plan::forward_flops(plan_of<Late>, steps));
        CHECK(operations_of(plan_of<Prompt>, steps) == plan::forward_flops(plan_of<Prompt>, steps));
    }
}

TEST_CASE("the bytes of one operation at a time are those of the maps that a run's operations take and give",
          "[observed]") {
    for (const auto* plan : {&plan_of<V1>, &plan_of<Mixed>, &plan_of<Two>, &plan_of<Prompt>, &plan_of<Pointwise>})
        for (const int steps : {1, 3}) {
            INFO(plan->name << ", " << steps << " steps");
            CHECK(moved_bytes(*plan, steps) == plan::work_of(*plan, {.steps = steps}).one_by_one.maps.bytes);
        }
}

}  // namespace schedule_costs_test
