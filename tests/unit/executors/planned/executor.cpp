// The executors that follow the schedule against the transparent one: all values and all gradients, for what a run can
// be asked.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "executors/shared_work.hpp"
#include "kernels/cpu/kernels.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <cmath>
#include <string>

namespace planned_executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr std::array scheduled{executor::planned, executor::batched};

void compare(const plan::network& plan, const run_request& request, const at::Tensor& stimulus,
             const std::vector<int>& frozen = {}) {
    const auto transparent = run_with(executor::transparent, plan, request, stimulus, frozen);
    for (const auto with : scheduled) {
        INFO(name_of(with));
        const auto ours = run_with(with, plan, request, stimulus, frozen);
        CHECK(largest_error(ours.values, transparent.values) < 1e-12);
        CHECK(largest_error(ours.gradients, transparent.gradients) < 1e-11);
    }
}

}  // namespace

TEST_CASE("scheduled: all values and gradients are the transparent executor's") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first);
        compare(*plan, everything(*plan), still);
        compare(*plan, {.steps = some_steps}, still);
        compare(*plan, {.steps = 1}, still);
        compare(*plan, with_starts(*plan, everything(*plan)), still);
        compare(*plan, with_starts(*plan, {.steps = 2}), still);
    }
}

TEST_CASE("scheduled: sequences, batch first and time first") {
    for (const auto* plan : subjects)
        for (const auto order : {layout::batch_first, layout::time_first}) {
            INFO(plan->name);
            auto request = everything(*plan);
            request.steps.reset();
            request.layout = order;
            compare(*plan, request, stimulus_for(*plan, true, order));
            compare(*plan, {.steps = {}, .layout = order}, stimulus_for(*plan, true, order));
        }
}

TEST_CASE("scheduled: only what is read is computed, and it is the same") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first);
        compare(*plan, {.steps = some_steps, .answer_only = true}, still);
        for (std::size_t type = 0; type < plan->types.size(); ++type) {
            run_request request{.steps = 3, .answer_only = true};
            request.record_states.assign(plan->types.size(), false);
            request.record_states[type] = true;
            compare(*plan, request, still);
        }
        if (!plan->has_readout()) continue;
        compare(*plan, {.steps = some_steps, .all_logits = true}, still);
        compare(*plan, {.steps = some_steps, .all_logits = true, .answer_only = true}, still);
    }
}

TEST_CASE("scheduled: silences") {
    for (const auto* plan : subjects)
        for (std::size_t type = 0; type < plan->types.size(); ++type)
            for (const int from : {1, 3}) {
                INFO(plan->name << ", " << plan->types[type].name << " from step " << from);
                auto request = everything(*plan);
                request.silenced_from.assign(plan->types.size(), 0);
                request.silenced_from[type] = from;
                compare(*plan, request, stimulus_for(*plan, false, layout::batch_first));
            }
}

TEST_CASE("scheduled: frozen parameters get no gradient") {
    const auto& plan = plan_of<Judge>;
    std::vector<int> every_other;
    for (int i = 0; i < static_cast<int>(plan.parameters.size()); i += 2) every_other.push_back(i);
    compare(plan, {.steps = 3}, stimulus_for(plan, false, layout::batch_first), every_other);
}

// Within 1e-5, or three times what the transparent executor is off: this circuit cancels more than most.
TEST_CASE("scheduled: float32 stays close to float64") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first);
        const auto exact = run_with(executor::transparent, *plan, everything(*plan), still);
        const auto transparent = run_with(executor::transparent, *plan, everything(*plan), still.to(at::kFloat));
        const auto bound = [](double error) { return std::max(1e-5, 3 * error); };
        for (const auto with : scheduled) {
            INFO(name_of(with));
            const auto ours = run_with(with, *plan, everything(*plan), still.to(at::kFloat));
            CHECK(largest_error(ours.values, exact.values) < bound(largest_error(transparent.values, exact.values)));
            CHECK(largest_error(ours.gradients, exact.gradients) <
                  bound(largest_error(transparent.gradients, exact.gradients)));
        }
    }
}

// Two positions beside the only one that is lit, in the same tile, a drive is a sum of nothing but zeros. There is no
// slope of ReLU at 0 but the one that PyTorch takes, 0.
TEST_CASE("scheduled: a drive that is 0 is 0, and so is ReLU's slope there") {
    const auto& plan = plan_of<Rectified>;
    auto image = at::zeros({1, 2, 9, 14}, at::kDouble);
    image[0][0][4][6] = 1;
    run_request request{.steps = 1};
    request.record_states = {true};
    request.initial_states = {at::zeros({1, 16, 9, 14}, at::kDouble)};
    request.initial_states.front()[0].select(1, 4).select(1, 6).fill_(1);
    compare(plan, request, image);
    const auto ours = run_with(executor::planned, plan, request, image);
    CHECK(ours.values.front().select(-1, 4).eq(0).all().item<bool>());
}

TEST_CASE("planned: the same bits for any number of threads") {
    const every_run_is_shared shared;
    const auto& plan = plan_of<Judge>;
    const auto still = normal({37, 2, 7, 6}, 5, at::kFloat);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const auto one = run_with(executor::planned, plan, {.steps = 3}, still);
    for (const int threads : {2, 3, 7}) {
        at::set_num_threads(threads);
        const auto more = run_with(executor::planned, plan, {.steps = 3}, still);
        for (std::size_t i = 0; i < one.values.size(); ++i) CHECK(at::equal(one.values[i], more.values[i]));
        for (std::size_t i = 0; i < one.gradients.size(); ++i) CHECK(at::equal(one.gradients[i], more.gradients[i]));
    }
    at::set_num_threads(before);
}

TEST_CASE("scheduled: a state that is NaN stays NaN") {
    auto images = normal({2, 2, 6, 5}, 1, at::kFloat);
    images[1][0][2][2] = std::numeric_limits<float>::quiet_NaN();
    for (const auto with : scheduled) {
        network_module net(plan_of<Tiny>, {.executor = with});
        const auto logits = net.run(images, {.steps = 3}).logits;
        CHECK(logits[0].isfinite().all().item<bool>());
        CHECK(logits[1].isnan().all().item<bool>());
    }
}

TEST_CASE("planned: the backward pass sees the parameters of the forward pass") {
    const auto images = stimulus_for(plan_of<Tiled>, false, layout::batch_first).to(at::kFloat);
    const auto gradients_after = [&images](auto change) {
        network_module net(plan_of<Tiled>, {.executor = executor::planned});
        net.eval();
        draw(net);
        const auto loss = net.run(images, {.steps = 3}).logits.sum();
        for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
            using role = plan::parameter::role;
            const auto is = net.plan().parameters[static_cast<std::size_t>(i)].is;
            if (is != role::readout_weight && is != role::readout_bias) change(net.parameter(i));
        }
        loss.backward();
        std::vector<at::Tensor> all;
        for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) all.push_back(net.parameter(i).grad());
        return all;
    };
    const auto same = gradients_after([](const at::Tensor&) {});
    // LibTorch notices a change of a parameter, but not of memory that it shares, nor that memory is exchanged.
    CHECK_THROWS(gradients_after([](at::Tensor parameter) {
        const at::NoGradGuard no_grad;
        parameter.mul_(2);
    }));
    const auto shared = gradients_after([](const at::Tensor& parameter) { parameter.variable_data().mul_(2); });
    const auto exchanged = gradients_after([](at::Tensor parameter) { parameter.set_data(at::zeros_like(parameter)); });
    for (std::size_t i = 0; i < same.size(); ++i) {
        CHECK(at::equal(same[i], shared[i]));
        CHECK(at::equal(same[i], exchanged[i]));
    }
}

TEST_CASE("scheduled: the backward pass outlives the module") {
    for (const auto with : scheduled) {
        const auto images = normal({2, 2, 6, 5}, 1).requires_grad_();
        at::Tensor loss;
        {
            network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .executor = with});
            loss = net.run(images, {.steps = 3}).logits.square().sum();
        }
        loss.backward();
        CHECK(images.grad().abs().sum().item<double>() > 0);
    }
}

TEST_CASE("scheduled: second derivatives are refused in words") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    auto images = normal({2, 2, 6, 5}, 1).requires_grad_();
    for (const auto with : scheduled) {
        net.executor(with);
        const auto loss = net.run(images, {.steps = 2}).logits.square().sum();
        CHECK_THROWS_WITH(torch::autograd::grad({loss}, {images}, {}, /*retain_graph=*/true, /*create_graph=*/true),
                          "the " + std::string(name_of(with)) +
                              " executor has no second derivatives; ask the network for the transparent one");
    }
    net.executor(executor::transparent);
    const auto again = net.run(images, {.steps = 2}).logits.square().sum();
    const auto slope = torch::autograd::grad({again}, {images}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
    CHECK(slope.requires_grad());
}

TEST_CASE("batched: walked back twice, the same gradients") {
    network_module net(plan_of<Judge>, {.dtype = at::kDouble, .executor = executor::batched});
    const auto images = normal({3, 2, 7, 6}, 1).requires_grad_();
    const auto loss = net.run(images, {.steps = 3}).logits.square().sum();
    const auto once = torch::autograd::grad({loss}, {images}, {}, /*retain_graph=*/true)[0];
    const auto again = torch::autograd::grad({loss}, {images})[0];
    CHECK(at::equal(once, again));
}

// bfloat16 has 8 significant bits, and roundings add up over the steps.
TEST_CASE("batched: bfloat16 maps stay within 3 % of float32 ones, gradients within 7 %") {
    for (const auto* plan : {&plan_of<Tiny>, &plan_of<Two>}) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first).to(at::kFloat);
        const auto exact = run_with(executor::batched, *plan, everything(*plan), still);
        const auto rounded = run_with(executor::batched, *plan, everything(*plan), still, {}, precision::bfloat16);
        for (const auto* list : {&rounded.values, &rounded.gradients})
            for (const auto& tensor : *list) CHECK(tensor.scalar_type() == at::kFloat);
        CHECK(largest_error(rounded.values, exact.values) < 0.03);
        CHECK(largest_error(rounded.gradients, exact.gradients) < 0.07);
        CHECK(largest_error(rounded.values, exact.values) > 1e-5);
    }
}

TEST_CASE("batched: precisions that can't be had are refused in words") {
    CHECK_THROWS_WITH(network_module(plan_of<Tiny>, {.precision = precision::tf32}),
                      "precision tf32 needs a GPU; use float32 or bfloat16 on device \"cpu\"");
    CHECK_THROWS_WITH(network_module(plan_of<Tiny>, {.dtype = at::kDouble, .precision = precision::bfloat16}),
                      "precision bfloat16 is for parameters of float32, but these are float64; leave precision out");
}

TEST_CASE("planned: with bfloat16 convolutions read what bfloat16 has, both ways") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first).to(at::kFloat);
        const auto exact = run_with(executor::planned, *plan, everything(*plan), still);
        const auto rounded = run_with(executor::planned, *plan, everything(*plan), still, {}, precision::bfloat16);
        // LibTorch's operations round sums, too. (Where maxima change positions, both are far from exact.)
        const auto by_operation = run_with(executor::batched, *plan, everything(*plan), still, {}, precision::bfloat16);
        CHECK(largest_error(rounded.values, exact.values) < largest_error(by_operation.values, exact.values));
        CHECK(largest_error(rounded.gradients, exact.gradients) <
              1.2 * largest_error(by_operation.gradients, exact.gradients));
        CHECK(largest_error(rounded.values, exact.values) > 1e-5);
        for (const auto& tensor : rounded.gradients) CHECK(tensor.scalar_type() == at::kFloat);
        // States are rounded once a step.
        for (std::size_t type = 0; type < plan->types.size(); ++type) {
            const auto& states = rounded.values[type];
            CHECK(at::equal(states, states.to(at::kBFloat16).to(at::kFloat)));
        }
        // Numbers that round to the same give the same bits, gradients of parameters included.
        const auto as_read = still.to(at::kBFloat16).to(at::kFloat);
        const auto again = run_with(executor::planned, *plan, everything(*plan), as_read, {}, precision::bfloat16);
        CHECK(largest_error(again.values, rounded.values) == 0);
        CHECK(largest_error(again.gradients, rounded.gradients) == 0);
    }
    CHECK(network_module(plan_of<Tiny>, {.precision = precision::bfloat16}).executor() == executor::planned);
    CHECK(network_module(plan_of<Tiny>, {.executor = executor::transparent, .precision = precision::bfloat16})
              .executor() == executor::batched);
}

TEST_CASE("planned: rounding to bfloat16 is LibTorch's") {
    const auto& table = kernels::kernels_for_this_cpu<float>();
    auto values = at::cat({normal({4096}, 1, at::kFloat) * 1e-3, normal({4096}, 2, at::kFloat) * 1e30,
                           at::tensor({0.0F, -0.0F, INFINITY, -INFINITY, NAN, 3.4e38F, 1e-40F, 1.00390625F}),
                           at::zeros({at::IntArrayRef{56}})});
    const auto expected = values.to(at::kBFloat16).to(at::kFloat);
    const int channels = 64, width = static_cast<int>(values.numel()) / channels;
    table.round(
        {.height = 1, .width = width, .channels = channels, .map = {values.mutable_data_ptr<float>(), 0, channels}});
    CHECK(at::allclose(values, expected, 0, 0, /*equal_nan=*/true));
    CHECK(at::equal(values.nan_to_num().signbit(), expected.nan_to_num().signbit()));  // -0, too
}

}  // namespace planned_executor_test
