// Drawn networks, run as the reference ran them.

#include "declared.hpp"

#include "catch.hpp"
#include "recorded/replay.hpp"

namespace cortexpr::differential {

TEST_CASE("drawn networks give the reference's numbers") {
    REQUIRE_FALSE(declared_networks().empty());
    for (const auto& network : declared_networks()) {
        DYNAMIC_SECTION(network.name) {
            const auto run = recorded::find_run(network.runs, std::string(network.name));
            REQUIRE(run);
            INFO("seed " << run->description["seed"] << ", index " << run->description["index"] << ", declared in "
                         << network.file << " above line " << network.line);
            recorded::replay(*network.plan, *run);
        }
    }
}

}  // namespace cortexpr::differential
