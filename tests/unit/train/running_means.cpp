// Running means of parameters.

#include "networks.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/running_means.hpp>

#include <torch/types.h>

#include <catch.hpp>

namespace train_test::running_means_test {

TEST_CASE("running means forget as they say, and leave frozen parameters alone", "[running_means]") {
    network_module network(plan_of<Small>, {.dtype = at::kDouble});
    network.freeze(1);
    auto means = running_means_of(network);
    CHECK(!means[1].defined());
    CHECK(means[0].equal(network.parameter(0)));
    const auto start = means[0].clone();
    network.set(0, torch::full_like(start, 2.0));
    take_into_means(means, network, 0.9, 1);  // early: 1 / 11 of the mean stays
    const auto early = start / 11 + 2.0 * 10 / 11;
    CHECK((means[0] - early).abs().max().item<double>() < 1e-12);
    take_into_means(means, network, 0.9, 1000);
    CHECK((means[0] - (early * 0.9 + 0.2)).abs().max().item<double>() < 1e-12);

    const auto stepped = network.parameter(0).detach().clone();
    {
        const averaged_parameters shown(network, means);
        CHECK((network.parameter(0) - means[0]).abs().max().item<double>() < 1e-12);
    }
    CHECK(network.parameter(0).equal(stepped));
    {
        const averaged_parameters none(network, {});
        CHECK(network.parameter(0).equal(stepped));
    }
}

}  // namespace train_test::running_means_test
