// What only the planned executor promises: the same bits for any number of threads, parameters that are packed, and
// convolutions that read bfloat16.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "executors/shared_work.hpp"
#include "kernels/cpu/kernels.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace planned_executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("planned: the same bits for any number of threads") {
    const every_run_is_shared shared;
    const auto& plan = plan_of<Judge>;
    const auto still = normal({37, 2, 7, 6}, 5, at::kFloat);
    const auto with_threads = [&](int count) {
        const threads_for_a_while several(count);
        return run_with(executor::planned, plan, {.steps = 3}, still);
    };
    const auto one = with_threads(1);
    for (const int threads : {2, 3, 7}) {
        const auto more = with_threads(threads);
        for (std::size_t i = 0; i < one.values.size(); ++i) CHECK(at::equal(one.values[i], more.values[i]));
        for (std::size_t i = 0; i < one.gradients.size(); ++i) CHECK(at::equal(one.gradients[i], more.gradients[i]));
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

TEST_CASE("planned: with bfloat16 convolutions read what bfloat16 has, both ways") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto still = stimulus_for(*plan, false, layout::batch_first).to(at::kFloat);
        const auto exact = run_with(executor::planned, *plan, everything(*plan), still);
        const auto rounded =
            run_with(executor::planned, *plan, everything(*plan), still, {.precision = precision::bfloat16});
        // LibTorch's operations round sums, too. (Where maxima change positions, both are far from exact.)
        const auto by_operation =
            run_with(executor::batched, *plan, everything(*plan), still, {.precision = precision::bfloat16});
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
        const auto again =
            run_with(executor::planned, *plan, everything(*plan), as_read, {.precision = precision::bfloat16});
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
