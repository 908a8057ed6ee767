// Kernels that are timed compute what they compute otherwise.

#include "kernels/cpu/timed.hpp"

#include "catch.hpp"
#include "executors/sparse/networks.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace kernels_timed_test {

using namespace sparse_tests;

TEST_CASE("kernels: a timer tells what the kernels of runs computed while it lived") {
    const drawn_network network({.neurons = 30, .synapses = 200, .batch = 3, .steps = 4});
    const auto& table = kernels::kernels_for_this_cpu<float>();
    const auto plain = computed<float>(network, table);
    const auto products = static_cast<std::int64_t>(network.pre.size()) * network.of.batch * network.of.steps;
    const kernels::kernel_timer timer;
    CHECK(timer.times().empty());

    const auto timed = computed<float>(network, table);
    CHECK(timed.states == plain.states);
    CHECK(timed.weight_gradient == plain.weight_gradient);
    const auto times = timer.times();
    REQUIRE(times.size() == 2);
    CHECK(times[0].seconds >= times[1].seconds);
    for (const auto& [kernel, calls, seconds, operations, bytes] : times) {
        INFO(kernel);
        const bool is_adjoint = kernel == "adjoint of a connectome's time steps";
        CHECK((is_adjoint || kernel == "time steps of a connectome"));
        CHECK(calls >= network.of.steps);
        CHECK(seconds > 0);
        CHECK(bytes > 0);
        CHECK(operations == (is_adjoint ? 4 : 2) * products);  // of states and of weights
    }
}

TEST_CASE("kernels: a timer forgets what was before it") {
    const drawn_network network({.neurons = 10, .synapses = 30});
    const auto& table = kernels::kernels_for_this_cpu<double>();
    {
        const kernels::kernel_timer earlier;
        computed<double>(network, table);
        CHECK_FALSE(earlier.times().empty());
    }
    CHECK(&kernels::timed_where_asked(table) == &table);
    computed<double>(network, table);
    CHECK(kernels::kernel_timer().times().empty());
}

}  // namespace kernels_timed_test
