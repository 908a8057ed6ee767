// The executors that follow the schedule against the transparent one: all values and all gradients, for what a run can
// be asked.

#include "executors/scheduled.hpp"
#include "catch.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <limits>
#include <string>

namespace scheduled_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr std::array scheduled{executor::planned, executor::batched};

void compare(const plan::network& plan, const run_request& request, const at::Tensor& stimulus,
             const std::vector<int>& frozen = {}) {
    const auto transparent = run_with(executor::transparent, plan, request, stimulus, {.frozen = frozen});
    for (const auto with : scheduled) {
        INFO(name_of(with));
        const auto ours = run_with(with, plan, request, stimulus, {.frozen = frozen});
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
        for (int type = 0; type < static_cast<int>(plan->types.size()); ++type)
            for (const int from : {1, 3}) {
                INFO(plan->name << ", " << plan->types[plan::index(type)].name << " from step " << from);
                auto request = everything(*plan);
                request.perturbations = {{.is = perturbation::kind::silence, .index = type, .from = from}};
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

}  // namespace scheduled_test
