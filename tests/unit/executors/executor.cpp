// Several threads run one network at a time.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include <thread>

namespace executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("executors: several threads that run one network get what one thread gets") {
    const auto images = normal({3, 2, 6, 5}, 1);
    for (const auto kind : {executor::planned, executor::transparent, executor::batched}) {
        CAPTURE(name_of(kind));
        network_module network(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3, .executor = kind});
        network.eval();
        const auto logits = [&] { return network.run(images, {.steps = 3}).logits; };
        std::vector<at::Tensor> found(4);
        std::vector<std::thread> threads;  // the first run of the network is one of theirs
        for (auto& one : found) threads.emplace_back([&] { one = logits(); });
        for (auto& thread : threads) thread.join();
        const auto expected = logits();
        for (const auto& one : found) CHECK(torch::equal(one, expected));
    }
}

TEST_CASE("executors: precisions that can't be had are refused in words") {
    CHECK_THROWS_WITH(network_module(plan_of<Tiny>, {.precision = precision::tf32}),
                      "precision tf32 needs a GPU; use float32 or bfloat16 on device \"cpu\"");
    CHECK_THROWS_WITH(network_module(plan_of<Tiny>, {.dtype = at::kDouble, .precision = precision::bfloat16}),
                      "precision bfloat16 is for parameters of float32, but these are float64; leave precision out");
}

}  // namespace executor_test
