// The batched executor with kernels of its own, run on the CPU in a GPU's position: the numbers are those that it gets
// without them, for what a run can be asked.

#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "executors/scheduled.hpp"
#include "gpu.hpp"

#include <cortexpr/error.hpp>

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstdlib>

namespace fused_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

outcome emulated(const plan::network& plan, const run_request& request, const at::Tensor& stimulus,
                 precision precision = precision::float32) {
    const emulated_kernels kernels;
    auto result = run_with(executor::batched, plan, request, stimulus, {.precision = precision});
    CHECK(emulated_kernels::calls().steps > 0);
    return result;
}

// Within 1e-5, or three times what float32 is off without the kernels: some circuits cancel more than most.
void compare(const plan::network& plan, const run_request& request, const at::Tensor& stimulus,
             const std::string& device = "cpu") {
    const auto exact = run_with(executor::transparent, plan, request, stimulus);
    auto rounded_request = request;
    for (auto* starts :
         {&rounded_request.initial_states, &rounded_request.initial_outputs, &rounded_request.initial_feedback})
        for (auto& start : *starts)
            if (start.defined()) start = start.to(at::kFloat);
    const auto rounded = stimulus.to(at::kFloat);
    const auto plain = run_with(executor::batched, plan, rounded_request, rounded);
    const auto ours = device == "cpu" ? emulated(plan, rounded_request, rounded)
                                      : run_with(executor::batched, plan, rounded_request, rounded, {.device = device});
    const auto bound = [](double error) { return std::max(1e-5, 3 * error); };
    CHECK(largest_error(ours.values, exact.values) < bound(largest_error(plain.values, exact.values)));
    CHECK(largest_error(ours.gradients, exact.gradients) < bound(largest_error(plain.gradients, exact.gradients)));
}

bool has_named_nonlinearities(const plan::network& plan) {
    return std::ranges::all_of(plan.types, [](const auto& type) { return type.nonlinearity.has_one_name(); });
}

// Tau by position and not, half grids, sequences, feedback, several areas; maxima of one window and of more.
struct Slow : excitatory<6, tau<tau_mode::spatial, 2.0>> {};
struct Coarse : inhibitory<4, half_density, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype, 1.5>> {};
struct Signed : hybrid<3, nonlinearity<activation::silu>> {};
struct Low : area<input<2, 7, 6>, feedback_channels<3>, neurons<Slow, Coarse, Signed>,
                  connectivity<from<stimulus, 1, 1, 1, 0>, from<top_down, 1, 0, 0, 0>, from<Slow, 1, 1, 1, 1>,
                               from<Coarse, 1, 0, 1, 0>, from<Signed, 1, 1, 1, 0>>,
                  output<5>> {};
struct High : area<input<5, 3, 4>, neurons<E, I>,
                   connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<4>> {};
struct Stack
    : classifier<network<Low, High, feedback<High, Low>>, classes<3>, hidden<5>, readout_pool<pool_mode::max>> {};
struct Windows : classifier<network<High>, classes<3>, hidden<5>, readout_pool<pool_mode::max, 2, 3>> {};
struct Whole : classifier<network<High>, classes<3>, hidden<5>, readout_pool<pool_mode::max>> {};
constexpr edge dot{.extent = {1, 1}};
struct Dot : area<input<2, 1, 1>, neurons<E, I>,
                  connectivity<from<stimulus, dot, dot, 0>, from<E, dot, dot, dot>, from<I, dot, dot, 0>>, output<4>> {
};
struct Point : classifier<network<Dot>, classes<3>, readout_pool<pool_mode::max>> {};

const std::vector<const plan::network*> fused_subjects{&plan_of<Stack>, &plan_of<Windows>, &plan_of<Whole>};

void compare_all(const std::string& device) {
    auto all = fused_subjects;
    for (const auto* plan : subjects)
        if (has_named_nonlinearities(*plan)) all.push_back(plan);
    for (const auto* plan : all) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first);
        compare(*plan, everything(*plan), still, device);
        compare(*plan, {.steps = 1}, still, device);
        compare(*plan, {.steps = some_steps, .answer_only = true}, still, device);
        compare(*plan, with_starts(*plan, everything(*plan)), still, device);
        if (plan->has_readout()) {
            compare(*plan, {.steps = some_steps, .all_logits = true}, still, device);
            compare(*plan, {.steps = some_steps, .all_logits = true, .answer_only = true}, still, device);
            compare(*plan, {.steps = 1, .all_logits = true, .answer_only = true}, still, device);
        }
        const auto sequence = stimulus_for(*plan, true, layout::time_first);
        compare(*plan, {.steps = {}, .layout = layout::time_first}, sequence, device);
        compare(*plan, {.steps = {}, .layout = layout::time_first, .answer_only = true}, sequence, device);
        auto request = everything(*plan);
        request.perturbations = {{.is = perturbation::kind::silence, .index = 0, .from = 2}};
        compare(*plan, request, still, device);
    }
}

}  // namespace

TEST_CASE("fused: all values and gradients") { compare_all("cpu"); }

TEST_CASE("cuda: fused", "[.cuda]") {
    if (has_gpu(plan_of<Whole>)) compare_all("cuda");
}

TEST_CASE("cuda: batched, in double precision", "[.cuda]") {
    if (!has_gpu(plan_of<Whole>)) return;
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first);
        const auto exact = run_with(executor::transparent, *plan, everything(*plan), still);
        for (const auto with : {executor::transparent, executor::batched}) {
            const auto ours = run_with(with, *plan, everything(*plan), still, {.device = "cuda"});
            CHECK(largest_error(ours.values, exact.values) < 1e-10);
            CHECK(largest_error(ours.gradients, exact.gradients) < 1e-10);
        }
    }
}

TEST_CASE("fused: other nonlinearities are LibTorch's, beside the kernels") {
    const auto still = stimulus_for(plan_of<Prompt>, false, layout::batch_first);
    compare(plan_of<Prompt>, everything(plan_of<Prompt>), still);
}

TEST_CASE("fused: a batch of one, and one position") {
    for (const std::int64_t images : {1, 3}) {
        compare(plan_of<Point>, {.steps = 3, .answer_only = true}, normal({images, 2, 1, 1}, 5));
        compare(plan_of<Whole>, {.steps = 3, .answer_only = true}, normal({images, 5, 3, 4}, 5));
    }
}

TEST_CASE("fused: one launch for each step of a map, and a backward pass of maxima alone") {
    const auto still = stimulus_for(plan_of<Whole>, false, layout::batch_first).to(at::kFloat);
    const emulated_kernels kernels;
    (void)run_with(executor::batched, plan_of<Whole>, {.steps = some_steps, .answer_only = true}, still);
    const auto calls = emulated_kernels::calls();
    CHECK(calls.steps == some_steps);
    CHECK(calls.step_adjoints == some_steps);
    CHECK(calls.maxima == 1);
    CHECK(calls.maxima_adjoints == 1);
    CHECK(calls.on_chip_forward == 0);
    network_module net(plan_of<Whole>, {.executor = executor::batched});
    const at::NoGradGuard no_grad;
    net.run(still, {.steps = 2, .answer_only = true});
    CHECK(emulated_kernels::calls().steps == some_steps + 2);
    CHECK(emulated_kernels::calls().step_adjoints == some_steps);
}

TEST_CASE("fused: float64 is LibTorch's") {
    const emulated_kernels kernels;
    (void)run_with(executor::batched, plan_of<Whole>, {.steps = 2}, normal({2, 5, 3, 4}, 5));
    CHECK(emulated_kernels::calls().steps == 0);
    CHECK(emulated_kernels::calls().maxima == 0);
}

// As without the kernels (scheduled: bfloat16 maps).
TEST_CASE("fused: bfloat16 maps stay within 3 % of float32 ones, gradients within 7 %") {
    for (const auto* plan : {&plan_of<Tiny>, &plan_of<Two>, &plan_of<Whole>}) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first).to(at::kFloat);
        for (const bool answer_only : {false, true}) {
            auto request = everything(*plan);
            if (answer_only) request = {.steps = some_steps, .answer_only = true};
            const auto exact = run_with(executor::batched, *plan, request, still);
            const auto rounded = emulated(*plan, request, still, precision::bfloat16);
            CHECK(largest_error(rounded.values, exact.values) < 0.03);
            // Among nearly equal maxima another one may be the largest: another position's gradient.
            if (!answer_only) CHECK(largest_error(rounded.gradients, exact.gradients) < 0.07);
        }
    }
}

TEST_CASE("fused: the environment decides, and says what it knows") {
    const auto still = stimulus_for(plan_of<Whole>, false, layout::batch_first).to(at::kFloat);
    const emulated_kernels kernels;
    network_module net(plan_of<Whole>, {.executor = executor::batched});
    setenv("CORTEXPR_CUDA", "libtorch", 1);
    net.run(still, {.steps = 2});
    CHECK(emulated_kernels::calls().steps == 0);
    setenv("CORTEXPR_CUDA", "fused", 1);
    net.run(still, {.steps = 2});
    CHECK(emulated_kernels::calls().steps == 2);
    setenv("CORTEXPR_CUDA", "quick", 1);
    CHECK_THROWS_WITH(net.run(still, {.steps = 2}),
                      "CORTEXPR_CUDA is \"quick\" in the environment; use libtorch, fused, any_size or on_chip");
    unsetenv("CORTEXPR_CUDA");
}

TEST_CASE("fused: what a GPU can't run is said in its words") {
    const auto still = stimulus_for(plan_of<Whole>, false, layout::batch_first).to(at::kFloat);
    const emulated_kernels kernels;
    network_module net(plan_of<Whole>, {.executor = executor::batched});
    emulated_kernels::fail();
    CHECK_THROWS_WITH(net.run(still, {.steps = 2}),
                      "a CUDA kernel could not be run (an illegal memory access was encountered)");
}

}  // namespace fused_test
