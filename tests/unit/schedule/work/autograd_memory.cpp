// Bytes that autograd keeps of the transparent executor, as counted by the schedule, against those that LibTorch's
// allocator has given out and not got back.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <cortexpr/schedule/work/work.hpp>

#include <memory>

namespace autograd_memory_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// Sums what the CPU's allocator gives out and gets back.
struct memory_count : c10::MemoryReportingInfoBase {
    void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override { bytes += size; }
    bool memoryProfilingEnabled() const override { return true; }
    std::int64_t bytes = 0;
};

/// Bytes that are still there after a run of which only the output is held.
std::int64_t held_bytes(network_module& net, std::int64_t batch, int steps) {
    const auto& input = net.plan().areas.front().input;
    const auto images = normal({batch, input.channels, input.height, input.width}, 1, at::kFloat);
    const auto count = std::make_shared<memory_count>();
    at::Tensor output;
    {
        const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, count);
        output = net.run(images, {.steps = steps}).output;
    }
    return count->bytes;
}

struct Gelu : hybrid<3, nonlinearity<activation::gelu>> {};
struct Chained : hybrid<2, nonlinearity<chain(activation::softplus, activation::tanh)>> {};
struct Linear : hybrid<4, nonlinearity<activation::none>> {};
struct Half : inhibitory<2, half_density> {};
struct Mixed : area<input<1, 7, 10>, neurons<E, Half>,
                    connectivity<from<stimulus, 1, edge{.extent = {5, 3}}, 0>, from<E, edge{.groups = 4}, 1, 1>,
                                 from<Half, 1, edge{.extent = {1, 3}, .nonlinearity = activation::elu}, 1>>,
                    output<2>> {};
struct Pointwise
    : area<
          input<1, 6, 6>, neurons<Gelu, Chained, Linear>,
          connectivity<from<stimulus, edge{.nonlinearity = activation::tanh}, 0, 0, 0>,
                       from<Gelu, 0, edge{.nonlinearity = activation::relu}, edge{.nonlinearity = activation::silu}, 1>,
                       from<Chained, 0, 1, 0, edge{.nonlinearity = activation::tanh}>, from<Linear, 0, 0, 1, 1>>,
          output<2, chain(activation::relu, activation::softplus)>> {};
struct Small : area<input<3, 3, 3>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct Same : area<input<3, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct Fed : network<Lower, Small, feedback<Small, Lower, edge{.nonlinearity = activation::sigmoid}>> {};
struct Level : network<Lower, Same, feedback<Same, Lower>, area_delay<1>> {};
struct Averaging : network<Lower, Small, feedback<Small, Lower>, pool<pool_mode::average>> {};

}  // namespace

TEST_CASE("what autograd keeps of one operation at a time is what the schedule counts") {
    for (const auto* plan : {&plan_of<V1>, &plan_of<Mixed>, &plan_of<Pointwise>, &plan_of<Two>, &plan_of<Fed>,
                             &plan_of<Level>, &plan_of<Averaging>})
        for (const int steps : {1, 2, 4}) {
            INFO(plan->name << ", " << steps << " steps");
            network_module net(*plan, {.dtype = at::kFloat, .executor = executor::transparent});
            held_bytes(net, 1, steps);
            // What doesn't grow with the batch is the network's own.
            const auto per_image = held_bytes(net, 2, steps) - held_bytes(net, 1, steps);
            // The answer is held by this test, and by autograd where it is what a tanh gave.
            const auto& area = plan->areas.back();
            const auto answer = area.output_nonlinearity == activation::tanh ? 0 : area.output.size() * 4;
            CHECK(per_image == plan::work_of(*plan, {.steps = steps}).autograd_bytes + answer);
        }
}

}  // namespace autograd_memory_test
