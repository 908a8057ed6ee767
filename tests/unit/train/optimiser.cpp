// The fused Adam against LibTorch's own, step by step.

#include "train/optimiser.hpp"

#include "networks.hpp"

#include <cortexpr/module/network_module.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include <catch.hpp>

namespace train_test {

namespace {

constexpr double learning_rate = 1e-2;

std::shared_ptr<network_module> fresh(at::ScalarType dtype) {
    return std::make_shared<network_module>(plan_of<Small>, module_options{.dtype = dtype, .seed = 1});
}

/// The gradient of a parameter at a step: another at each, of any size.
at::Tensor gradient(const at::Tensor& parameter, int step) {
    const auto draws = at::detail::createCPUGenerator(static_cast<std::uint64_t>(100 * step + parameter.numel()));
    return at::empty(parameter.sizes(), parameter.scalar_type()).normal_(0, step % 3 == 0 ? 10 : 0.1, draws);
}

/// Parameter 2 has its first gradient at the third step only.
void set_gradients(const network_module& network, int step) {
    for (int i = 0; i < static_cast<int>(network.plan().parameters.size()); ++i) {
        const auto& parameter = network.parameter(i);
        if (i != 2 || step >= 3) parameter.mutable_grad() = gradient(parameter, step);
    }
}

double largest_difference(const network_module& one, const network_module& other) {
    double worst = 0;
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        worst = std::max(worst, (one.parameter(i) - other.parameter(i)).abs().max().item<double>());
    return worst;
}

void step_with(optimiser& optimiser, network_module& network, int first, int last) {
    for (int step = first; step <= last; ++step) {
        set_gradients(network, step);
        optimiser.step(learning_rate);
    }
}

}  // namespace

TEST_CASE("the fused Adam is LibTorch's Adam up to rounding", "[optimiser]") {
    for (const auto& [dtype, bound] : {std::pair(at::kFloat, 2e-6), std::pair(at::kDouble, 1e-14)}) {
        const auto ours = fresh(dtype), theirs = fresh(dtype);
        const int fast = 1;  // steps 5 times as far
        ours->step_gain(fast, 5);
        std::vector<torch::optim::OptimizerParamGroup> groups;
        std::vector<at::Tensor> others;
        for (int i = 0; i < static_cast<int>(theirs->plan().parameters.size()); ++i)
            if (i != fast) others.push_back(theirs->parameter(i));
        groups.emplace_back(others, std::make_unique<torch::optim::AdamOptions>(learning_rate));
        groups.emplace_back(std::vector{theirs->parameter(fast)},
                            std::make_unique<torch::optim::AdamOptions>(5 * learning_rate));
        torch::optim::Adam adam(std::move(groups));
        optimiser fused(*ours, {});
        for (int step = 1; step <= 20; ++step) {
            step_with(fused, *ours, step, step);
            set_gradients(*theirs, step);
            adam.step();
            theirs->project();
            adam.zero_grad();
            CHECK(largest_difference(*ours, *theirs) < bound);
        }
        const auto moments = fused.moments();
        CHECK(moments[fast].step == 20);
        CHECK(moments[2].step == 18);
    }
}

TEST_CASE("the fused Adam goes on from its moments with the same bits", "[optimiser]") {
    const auto at_once = fresh(at::kFloat), in_parts = fresh(at::kFloat);
    optimiser whole(*at_once, {}), first(*in_parts, {});
    step_with(whole, *at_once, 1, 6);
    step_with(first, *in_parts, 1, 2);
    optimiser second(*in_parts, first.moments());
    step_with(second, *in_parts, 3, 6);
    CHECK(largest_difference(*at_once, *in_parts) == 0);
}

TEST_CASE("the fused Adam forgets gradients and leaves alone what has none", "[optimiser]") {
    const auto network = fresh(at::kFloat), start = fresh(at::kFloat);
    optimiser fused(*network, {});
    step_with(fused, *network, 1, 1);
    CHECK_FALSE(network->parameter(0).grad().defined());
    CHECK(at::equal(network->parameter(2), start->parameter(2)));
    CHECK_FALSE(fused.moments()[2].mean.defined());
    CHECK(fused.moments()[2].step == 0);
}

}  // namespace train_test
