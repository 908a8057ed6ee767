// After the balanced initialisation any network is alive, at every step that it runs for.
//
// The tests that run by themselves take a few networks; `train_tests "[alive]"` takes 60, `train_tests "[long]"` 500.

#include "train/drawn_networks.hpp"
#include "train/networks.hpp"

#include <cortexpr/module/stored_module.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/initialise.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include <catch.hpp>

namespace train_test::alive_test {

namespace {

struct verdict {
    std::string faults;  ///< of types and gradients, as `complaints` tells them
    double decades = 0;  ///< between the median gradient and the one farthest from it
    double gain = 0;
};

verdict verdict_on(const drawn_network& drawn, std::uint64_t seed) {
    stored_module module(drawn.network, {.seed = seed});
    const auto& input = module.plan().areas.front().input;
    const auto images = bright_halves(48, 2, input.channels, input.height, input.width);
    initialise(module, initialisation::balanced, seed, images, drawn.steps);
    const auto found = health(module, images, drawn.steps);
    verdict result;
    for (const auto& fault : complaints(module.plan(), found)) result.faults += fault + '\n';
    std::vector<double> sizes;
    for (const auto& one : found.gradients) {
        // Rates that have settled don't depend on tau.
        const auto& of = module.plan().parameters[static_cast<std::size_t>(one.parameter)];
        if (one.size > 0 && of.is != plan::parameter::role::tau) sizes.push_back(one.size);
    }
    std::sort(sizes.begin(), sizes.end());
    if (!sizes.empty()) {
        const double middle = sizes[sizes.size() / 2];
        result.decades = std::max(std::log10(sizes.back() / middle), std::log10(middle / sizes.front()));
    }
    result.gain = loops(module, images, drawn.steps).gain;
    return result;
}

/// Of `count` networks: those that aren't alive, those whose gradients lie more than two decades from their median, and
/// those whose loops aren't stable.
void check_networks(int count) {
    int alive = 0, within = 0, stable = 0;
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::uint64_t>(i);
        const auto found = verdict_on(draw_network(index), index);
        if (!found.faults.empty() || !(found.gain < 1) || found.decades > 2)
            UNSCOPED_INFO(
                fmt::format("network {}: {:.1f} decades, gain {:.2f} {}", i, found.decades, found.gain, found.faults));
        alive += found.faults.empty() ? 1 : 0;
        within += found.decades <= 2 ? 1 : 0;
        stable += found.gain < 1 ? 1 : 0;
    }
    UNSCOPED_INFO(fmt::format("{} networks: {} alive, {} within two decades, {} stable", count, alive, within, stable));
    CHECK(alive == count);
    CHECK(within == count);
    CHECK(stable == count);
}

}  // namespace

// They ran away or fell silent when all edges were fitted at once: feedback without delay into an output (29),
// rectified types behind a bounded edge (32, 33), loops of unbounded rates (15, 26).
TEST_CASE("balanced: networks that easily run away are alive", "[initialise]") {
    for (const std::uint64_t index : {15, 26, 29, 32, 33}) {
        CAPTURE(index);
        const auto found = verdict_on(draw_network(index), index);
        CHECK(found.faults.empty());
        CHECK(found.gain < 1);
    }
}

TEST_CASE("balanced: drawn networks are alive", "[.][alive]") { check_networks(60); }

TEST_CASE("balanced: 500 drawn networks are alive", "[.][long]") { check_networks(500); }

}  // namespace train_test::alive_test
