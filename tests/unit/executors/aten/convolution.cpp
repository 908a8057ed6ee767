#include "executors/aten/convolution.hpp"

#include "catch.hpp"

#include <ATen/Context.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <set>
#include <string>

namespace aten_convolution_test {

using namespace cortexpr;

namespace {

/// The settings of cuDNN's convolutions when one runs: their precision, and whether they give the same bits.
std::set<int> seen;
std::set<bool> seen_same_bits;

int setting() {
    return static_cast<int>(at::globalContext().float32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV));
}

std::unique_ptr<at::ObserverContext> note_setting(const at::RecordFunction& function) {
    const std::string name = function.name();
    if (name == "aten::convolution" || name == "aten::convolution_backward") {
        seen.insert(setting());
        seen_same_bits.insert(at::globalContext().deterministicCuDNN());
    }
    return nullptr;
}

struct example {
    at::Tensor map = torch::randn({2, 4, 5, 6}, torch::kDouble).requires_grad_();
    at::Tensor weight = torch::randn({6, 2, 3, 5}, torch::kDouble).requires_grad_();
    at::Tensor bias = torch::randn({6}, torch::kDouble).requires_grad_();

    /// First and second derivatives of a function that is not linear in the convolution's value.
    std::vector<at::Tensor> derivatives(const at::Tensor& value) const {
        const auto first = torch::autograd::grad({value.square().sum()}, {map, weight, bias}, {}, true, true);
        at::Tensor total = first[0].square().sum() + first[1].square().sum() + first[2].square().sum();
        auto all = torch::autograd::grad({total}, {map, weight, bias});
        all.insert(all.end(), first.begin(), first.end());
        return all;
    }
};

}  // namespace

TEST_CASE("convolution: with a scope of precision, value and two orders of derivative are LibTorch's") {
    torch::manual_seed(0);
    const example one;
    const auto plain = at::conv2d(one.map, one.weight, one.bias, {1, 1}, {1, 2}, {1, 1}, 2);
    const auto scoped = executors::convolution_with_scope(one.map, one.weight, one.bias, 1, 2, precision::float32);
    CHECK(torch::equal(plain, scoped));
    const auto expected = one.derivatives(plain), found = one.derivatives(scoped);
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(torch::allclose(expected[i], found[i], 1e-12, 1e-12));

    const auto strided = executors::convolution_with_scope(one.map, one.weight, {}, 2, 2, precision::float32);
    CHECK(torch::equal(strided, at::conv2d(one.map, one.weight, {}, {2, 2}, {1, 2}, {1, 1}, 2)));
    CHECK(torch::allclose(torch::autograd::grad({strided.sum()}, {one.weight})[0],
                          torch::autograd::grad({at::conv2d(one.map, one.weight, {}, {2, 2}, {1, 2}, {1, 1}, 2).sum()},
                                                {one.weight})[0]));
}

TEST_CASE("convolution: derivatives are of the asked precision, whatever LibTorch is set to when they are computed") {
    const auto before = setting();
    const auto set = [](at::Float32Precision wanted) {
        at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, wanted);
    };
    const auto callback = at::addGlobalCallback(at::RecordFunctionCallback(note_setting));
    for (const auto wanted : {precision::float32, precision::tf32}) {
        const bool is_exact = wanted == precision::float32;
        const auto expected = is_exact ? at::Float32Precision::IEEE : at::Float32Precision::TF32;
        const auto other = is_exact ? at::Float32Precision::TF32 : at::Float32Precision::IEEE;
        set(other);
        seen.clear();
        seen_same_bits.clear();
        const example one;
        one.derivatives(executors::convolution_with_scope(one.map, one.weight, one.bias, 1, 2, wanted));
        CHECK(seen == std::set{static_cast<int>(expected)});
        CHECK(setting() == static_cast<int>(other));
        CHECK(seen_same_bits == std::set{true});
        CHECK_FALSE(at::globalContext().deterministicCuDNN());
    }
    setenv("CORTEXPR_CUDNN", "any", 1);
    seen_same_bits.clear();
    const example one;
    one.derivatives(executors::convolution_with_scope(one.map, one.weight, one.bias, 1, 2, precision::float32));
    CHECK(seen_same_bits == std::set{false});
    unsetenv("CORTEXPR_CUDNN");
    at::removeCallback(callback);
    set(static_cast<at::Float32Precision>(before));
}

}  // namespace aten_convolution_test
