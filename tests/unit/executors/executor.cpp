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

}  // namespace executor_test
