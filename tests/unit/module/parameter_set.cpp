// What optimiser, projection and files need of a network is its parameters: here without a network, its grids and
// steps.

#include <cortexpr/module/parameter_set.hpp>

#include "temp_folder.hpp"
#include "train/optimiser.hpp"

#include <torch/types.h>

#include <catch.hpp>

#include <type_traits>

namespace module_parameter_set_test {

using namespace cortexpr;

namespace {

using bound = plan::parameter::bound;

plan::parameter declared(std::string_view name, bound constraint, int size) {
    plan::parameter one{.constraint = constraint, .shape = {size, 1, 1, 1}, .rank = 1};
    one.name += name;
    return one;
}

const std::vector<plan::parameter> three{declared("synapses.weight", bound::non_negative, 5),
                                         declared("cells.tau", bound::at_least_one, 3),
                                         declared("cells.bias", bound::free, 3)};

struct synapses_and_cells : parameter_set {
    synapses_and_cells() : parameter_set("worm", three, at::TensorOptions().dtype(at::kDouble)) {
        for (int i = 0; i < parameter_count(); ++i) set(i, 2.0);
    }
    std::string fingerprint() const override { return "0123456789abcdef"; }
};

static_assert(!std::is_copy_constructible_v<synapses_and_cells> && !std::is_copy_assignable_v<synapses_and_cells>);

}  // namespace

TEST_CASE("parameters without a network have their names, constraints and gains", "[parameter_set]") {
    synapses_and_cells set;
    CHECK(set.named_parameters().keys() == std::vector<std::string>{"synapses.weight", "cells.tau", "cells.bias"});
    CHECK(set.parameter(0).sizes() == at::IntArrayRef{5});
    CHECK_THROWS_AS(set.set(0, -1.0), usage_error);
    CHECK_THROWS_AS(set.set(1, 0.5), usage_error);
    CHECK_NOTHROW(set.set(2, -1.0));
    CHECK_THROWS_AS(set.set(2, torch::ones({4}, at::kDouble)), usage_error);
    CHECK(set.step_gain(0) == 1);
}

TEST_CASE("Adam steps parameters without a network, each with its gain, within their constraints", "[parameter_set]") {
    synapses_and_cells set;
    set.step_gain(0, 100);
    set.freeze(2);
    optimiser adam(set, {});
    for (int i = 0; i < 2; ++i) set.parameter(i).mutable_grad() = torch::ones_like(set.parameter(i));
    adam.step(0.1);
    CHECK(set.parameter(0).max().item<double>() == 0);  // 2 - 100 * 0.1, projected
    CHECK(set.parameter(1).max().item<double>() == Approx(1.9));
    CHECK(set.parameter(2).max().item<double>() == 2);
}

TEST_CASE("parameters without a network go to a file and back", "[parameter_set]") {
    const test::temp_folder folder;
    const auto file = (folder.path() / "worm.safetensors").string();
    synapses_and_cells saved, loaded;
    saved.set(1, 3.0);
    saved.save(file);
    loaded.load(file);
    CHECK(torch::equal(loaded.parameter(1), saved.parameter(1)));
}

}  // namespace module_parameter_set_test
