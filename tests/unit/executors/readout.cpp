// A classifier's head by the CUDA kernels, run on the CPU in a GPU's position: logits and gradients are those of
// LibTorch's operations.

#include "executors/readout.hpp"
#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "executors/networks.hpp"
#include "gpu.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <vector>

namespace readout_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr int rows = 6, few_units = 9, answers = 4, wide = 2 * 5;

plan::readout head_of(double dropout) {
    plan::readout head = plan_of<Tiny>.readout;
    head.dropout = dropout;
    head.weight[0] = 0;
    head.bias[0] = 1;
    head.weight[1] = 2;
    head.bias[1] = 3;
    return head;
}

std::vector<at::Tensor> layers(int units = few_units, at::Device device = at::kCPU) {
    std::vector<at::Tensor> all{normal({units, wide}, 1, at::kFloat) * 0.3, normal({units}, 2, at::kFloat) * 0.3,
                                normal({answers, units}, 3, at::kFloat) * 0.3, normal({answers}, 4, at::kFloat)};
    for (auto& one : all) one = one.detach().to(device).requires_grad_();
    return all;
}

/// Of `steps` steps, as executors give them.
at::Tensor features_of(int steps, at::Device device = at::kCPU) {
    return normal({steps, rows, 2, 5}, 5, at::kFloat).to(device).requires_grad_();
}

/// Logits, then the gradients of features and layers.
std::vector<at::Tensor> outcome(const std::vector<at::Tensor>& parameters, const at::Tensor& features, double dropout,
                                bool all_steps) {
    const auto draws = at::detail::createCPUGenerator(1);
    const auto logits = executors::logits_of(head_of(dropout), parameters, features, draws, all_steps);
    auto from = parameters;
    from.push_back(features);
    auto all = torch::autograd::grad({logits}, from, {normal(logits.sizes(), 6, at::kFloat).to(logits.device())});
    all.push_back(logits.detach());
    return all;
}

void check_same(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected, double bound) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].sizes() == expected[i].sizes());
        CHECK(largest_difference(found[i].cpu(), expected[i].cpu()) < bound);
    }
}

}  // namespace

TEST_CASE("head: kernels give the logits and gradients of LibTorch's operations") {
    for (const bool all_steps : {false, true}) {
        const auto features = features_of(all_steps ? 3 : 1);
        const auto parameters = layers();
        const auto expected = outcome(parameters, features, 0, all_steps);
        const emulated_kernels kernels;
        check_same(outcome(parameters, features, 0, all_steps), expected, 1e-5);
        CHECK(emulated_kernels::calls().heads == 1);
        CHECK(emulated_kernels::calls().head_adjoints == 1);
    }
}

TEST_CASE("head: derivatives of gradients are those of LibTorch's operations") {
    const auto second = [](const std::vector<at::Tensor>& parameters, const at::Tensor& features) {
        const auto logits = executors::logits_of(head_of(0), parameters, features, {}, false);
        auto from = parameters;
        from.push_back(features);
        const auto first = torch::autograd::grad({logits.square().sum()}, from, {}, true, /*create_graph=*/true);
        at::Tensor sum = at::zeros({});
        for (std::size_t i = 0; i < first.size(); ++i)
            sum = sum + (first[i] * normal(first[i].sizes(), 10 + i, at::kFloat)).sum();
        return torch::autograd::grad({sum}, from);
    };
    const auto parameters = layers();
    const auto features = features_of(1);
    const auto expected = second(parameters, features);
    const emulated_kernels kernels;
    check_same(second(parameters, features), expected, 2e-4);
    CHECK(emulated_kernels::calls().heads == 1);
    CHECK(emulated_kernels::calls().head_adjoints == 1);  // of the last derivative
}

TEST_CASE("head: dropout leaves units out with their gradients, the same ones for the same generator") {
    const emulated_kernels kernels;
    const auto parameters = layers(200);
    const auto features = features_of(1);
    const auto once = outcome(parameters, features, 0.5, false), again = outcome(parameters, features, 0.5, false);
    for (std::size_t i = 0; i < once.size(); ++i) CHECK(at::equal(once[i], again[i]));
    const auto without = outcome(parameters, features, 0, false);
    CHECK(largest_difference(once.back(), without.back()) > 0.1);

    // The generator goes on, so that another call draws others; without one nothing is left out.
    const at::NoGradGuard no_grad;
    const auto draws = at::detail::createCPUGenerator(1);
    const auto logits = [&](const at::Generator& from) {
        return executors::logits_of(head_of(0.5), parameters, features, from, false);
    };
    const auto first = logits(draws), second = logits(draws);
    CHECK(at::equal(first, once.back()));
    CHECK_FALSE(at::equal(first, second));
    CHECK(at::equal(logits({}), without.back()));
    // On average dropout changes nothing.
    auto sum = at::zeros_like(first);
    constexpr int draws_count = 400;
    for (int i = 0; i < draws_count; ++i) sum += logits(draws);
    CHECK(largest_difference(sum / draws_count, without.back()) < 0.5);
}

TEST_CASE("head: what the kernels don't take is LibTorch's") {
    const emulated_kernels kernels;
    const auto large = layers(1025);
    (void)outcome(large, features_of(1), 0, false);
    auto exact = layers();
    for (auto& one : exact) one = one.detach().to(at::kDouble).requires_grad_();
    (void)executors::logits_of(head_of(0), exact, features_of(1).to(at::kDouble), {}, false);
    CHECK(emulated_kernels::calls().heads == 0);
}

TEST_CASE("head: no gradient, nothing kept") {
    const emulated_kernels kernels;
    const at::NoGradGuard no_grad;
    CHECK_FALSE(executors::logits_of(head_of(0), layers(), features_of(1), {}, false).requires_grad());
    CHECK(emulated_kernels::calls().heads == 1);
}

TEST_CASE("cuda: head", "[.cuda]") {
    if (!has_gpu(plan_of<Tiny>)) return;
    for (const bool all_steps : {false, true}) {
        const auto here = features_of(all_steps ? 3 : 1), there = features_of(all_steps ? 3 : 1, at::kCUDA);
        const auto expected = outcome(layers(), here, 0, all_steps);
        check_same(outcome(layers(few_units, at::kCUDA), there, 0, all_steps), expected, 1e-5);
        const auto once = outcome(layers(few_units, at::kCUDA), there, 0.5, all_steps);
        const auto again = outcome(layers(few_units, at::kCUDA), there, 0.5, all_steps);
        for (std::size_t i = 0; i < once.size(); ++i) CHECK(at::equal(once[i], again[i]));
    }
}

}  // namespace readout_test
