// What only the batched executor promises: graphs that are gone through twice, and maps in bfloat16.

#include "catch.hpp"
#include "executors/scheduled.hpp"

#include <torch/csrc/autograd/autograd.h>

namespace batched_executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("batched: two backward passes over one graph give the same gradients") {
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
        const auto rounded =
            run_with(executor::batched, *plan, everything(*plan), still, {.precision = precision::bfloat16});
        for (const auto* list : {&rounded.values, &rounded.gradients})
            for (const auto& tensor : *list) CHECK(tensor.scalar_type() == at::kFloat);
        CHECK(largest_error(rounded.values, exact.values) < 0.03);
        CHECK(largest_error(rounded.gradients, exact.gradients) < 0.07);
        CHECK(largest_error(rounded.values, exact.values) > 1e-5);
    }
}

}  // namespace batched_executor_test
