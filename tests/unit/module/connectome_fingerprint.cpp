// What files of a connectome's parameters belong to is computed once.

#include "module/connectome_fingerprint.hpp"

#include "module/connectome_networks.hpp"

#include <atomic>
#include <thread>

namespace cortexpr::module_connectome_fingerprint_test {

using namespace connectome_networks;

TEST_CASE("a kept text is made once, whichever thread asks first") {
    const kept_text text;
    std::atomic<int> made = 0, differ = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            const auto& found = text.get([&] { return std::string("text ") + std::to_string(++made); });
            if (found != "text 1") ++differ;
        });
    for (auto& one : threads) one.join();
    CHECK(made == 1);
    CHECK(differ == 0);
}

TEST_CASE("hashes over all synapses are computed once for a layout, which copies of a module share") {
    const auto layout = lay_out(plan_of<Sparse>, small_graph(), starting_weights::by_total_input);
    const auto wiring = wiring_of(*layout), fingerprint = fingerprint_of(*layout);
    const auto again = [] { return std::string("computed again"); };
    CHECK(layout->wiring.get(again) == wiring);
    CHECK(layout->fingerprint.get(again) == fingerprint);
    // The same network over other synapses has hashes of its own.
    auto other = small_graph();
    other.graph.synapses.presynaptic[0] = 2;
    const auto rewired = lay_out(plan_of<Sparse>, other, starting_weights::by_total_input);
    CHECK(wiring_of(*rewired) != wiring);
    CHECK(fingerprint_of(*rewired) != fingerprint);
}

}  // namespace cortexpr::module_connectome_fingerprint_test
