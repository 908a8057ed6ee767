// Counted operations against those that a run does, as LibTorch itself sees them called.

#include "catch.hpp"
#include "torch/networks.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <cortexpr/plan/facts.hpp>

#include <memory>
#include <string_view>

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::int64_t counted = 0;

/// Two for each multiply-add of a convolution or a linear layer, for one image.
std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& call) {
    const std::string_view name = call.name();
    if (name != "aten::conv2d" && name != "aten::linear") return nullptr;
    const auto inputs = call.inputs();
    const auto weight = inputs[1].toTensor();
    std::int64_t places = 1;
    if (name == "aten::conv2d") {
        const auto stride = inputs[3].toIntVector();
        for (std::size_t side : {0U, 1U})
            places *= (inputs[0].toTensor().size(2 + static_cast<std::int64_t>(side)) - 1) / stride[side] + 1;
    }
    counted += 2 * weight.numel() * places;
    return nullptr;
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

}  // namespace

TEST_CASE("the counted operations are those that a run does") {
    for (const int steps : {1, 2, 5}) {
        INFO(steps << " steps");
        CHECK(operations_of(plan_of<Tiny>, steps) == plan::forward_flops(plan_of<Tiny>, steps));
        CHECK(operations_of(plan_of<Mixed>, steps) == plan::forward_flops(plan_of<Mixed>, steps));
        CHECK(operations_of(plan_of<Two>, steps) == plan::forward_flops(plan_of<Two>, steps));
        CHECK(operations_of(plan_of<Late>, steps) == plan::forward_flops(plan_of<Late>, steps));
        CHECK(operations_of(plan_of<Prompt>, steps) == plan::forward_flops(plan_of<Prompt>, steps));
    }
}
