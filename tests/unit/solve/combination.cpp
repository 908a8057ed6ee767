// Sums of slopes against LibTorch's operations: every layout, one size and one for each row, gradients of first and
// second order.

#include "solve/combination.hpp"

#include "catch.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <vector>

namespace solve_combination_test {

using namespace cortexpr::solve;

namespace {

const std::vector<double> weights{0.5, 0, -2, 0.25};

/// Tensors (3, 700, 5): rows one after another, in turns, with gaps, and of different layouts.
std::vector<std::vector<at::Tensor>> laid_out(at::ScalarType dtype) {
    const auto draws = at::detail::createCPUGenerator(1);
    const auto drawn = [&](std::vector<std::int64_t> sizes) { return at::rand(sizes, draws, at::kDouble).to(dtype); };
    std::vector<std::vector<at::Tensor>> all(4);
    for (int i = 0; i < 5; ++i) {
        all[0].push_back(drawn({3, 700, 5}));
        all[1].push_back(drawn({700, 5, 3}).permute({2, 0, 1}));
        all[2].push_back(drawn({3, 700, 10}).slice(2, 0, 10, 2));
        all[3].push_back(i % 2 == 0 ? drawn({3, 700, 5}) : drawn({700, 5, 3}).permute({2, 0, 1}));
    }
    return all;
}

/// y is the last, where there is one.
at::Tensor by_operations(const std::vector<at::Tensor>& given, bool has_y, const std::vector<double>& sizes) {
    auto sum = at::zeros_like(given[0]);
    for (std::size_t i = 0; i < weights.size(); ++i) sum = sum + weights[i] * given[i];
    sum = sum * by_row(sizes, sum);
    return has_y ? given.back() + sum : sum;
}

at::Tensor in_one_pass(const std::vector<at::Tensor>& given, bool has_y, const std::vector<double>& sizes) {
    return combined(has_y ? given.back() : at::Tensor(), {given.begin(), given.end() - 1}, weights, sizes);
}

}  // namespace

TEST_CASE("sums of slopes are those of operations, whatever the layout", "[combination]") {
    for (const auto dtype : {at::kFloat, at::kDouble})
        for (const auto& given : laid_out(dtype))
            for (const bool has_y : {false, true})
                for (const auto& sizes : {std::vector<double>{0.5, 0, -3}, std::vector<double>{2}}) {
                    CAPTURE(dtype, has_y, sizes);
                    const auto found = in_one_pass(given, has_y, sizes);
                    const double tolerance = dtype == at::kFloat ? 1e-6 : 1e-14;
                    CHECK(found.sizes() == given[0].sizes());
                    CHECK(at::allclose(found, by_operations(given, has_y, sizes), tolerance, tolerance));
                }
}

TEST_CASE("sums of slopes are differentiable twice", "[combination]") {
    for (const bool has_y : {false, true}) {
        const std::vector<double> sizes{0.5, 0, -3};
        std::vector<std::vector<at::Tensor>> all;
        for (const bool one_pass : {false, true}) {
            auto leaves = laid_out(at::kDouble)[1];
            for (auto& one : leaves) one.requires_grad_();
            const auto value = one_pass ? in_one_pass(leaves, has_y, sizes) : by_operations(leaves, has_y, sizes);
            const auto first = torch::autograd::grad({value.pow(3).sum()}, {leaves[0], leaves[2]}, {}, true, true);
            const auto second = torch::autograd::grad({first[0].square().sum() + first[1].sin().sum()},
                                                      {leaves[0], leaves[3], leaves[4]}, {}, false, false, true);
            auto& given = all.emplace_back(first.begin(), first.end());
            for (const auto& one : second) given.push_back(one.defined() ? one : at::zeros_like(leaves[0]));
        }
        for (std::size_t i = 0; i < all[0].size(); ++i) {
            CAPTURE(i);
            CHECK(at::allclose(all[1][i], all[0][i], 1e-12, 1e-12));
        }
        CHECK(all[1][2].abs().max().item<double>() > 0);
    }
}

}  // namespace solve_combination_test
