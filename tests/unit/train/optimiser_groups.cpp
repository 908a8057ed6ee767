// LibTorch's Adam with step gains, against the trainer's own.

#include "train/optimiser.hpp"

#include "networks.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/optimiser_groups.hpp>

#include <torch/types.h>

#include <catch.hpp>

namespace train_test::optimiser_groups_test {

using Catch::Matchers::Contains;

TEST_CASE("groups of LibTorch's Adam step as the trainer's optimiser does", "[optimiser_groups]") {
    const auto images = bright_halves(16);
    network_module ours(plan_of<Small>, {.dtype = at::kDouble}), theirs(plan_of<Small>, {.dtype = at::kDouble});
    for (auto* network : {&ours, &theirs}) {
        initialise(*network, initialisation::balanced, 1, images, 3);
        network->freeze(0);
    }
    optimiser step(ours, {});
    torch::optim::Adam adam(optimiser_groups(theirs, 1e-2));
    for (const double rate : {1e-2, 5e-3, 2e-2}) {
        for (auto* network : {&ours, &theirs})
            for (int i = 1; i < network->parameter_count(); ++i)
                network->parameter(i).mutable_grad() = torch::sin(network->parameter(i).detach() * 100 + i);
        step.step(rate);
        set_learning_rate(adam, theirs, rate);
        adam.step();
        theirs.project();
        for (int i = 0; i < ours.parameter_count(); ++i)
            CHECK((ours.parameter(i) - theirs.parameter(i)).abs().max().item<double>() < 1e-9);
    }
    torch::optim::Adam plain(theirs.parameters());
    CHECK_THROWS_WITH(set_learning_rate(plain, theirs, 1e-3), Contains("make it from optimiser_groups"));
    for (int i = 0; i < ours.parameter_count(); ++i) ours.freeze(i);
    CHECK_THROWS_WITH(optimiser_groups(ours, 1e-3), Contains("are frozen"));
}

}  // namespace train_test::optimiser_groups_test
