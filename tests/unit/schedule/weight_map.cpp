// Laws of the weight map: every element of a parameter is one weight of one convolution, no two share one, and a merged
// convolution is the sum of its edges.

#include <cortexpr/schedule/weight_map.hpp>

#include <map>
#include <set>
#include <tuple>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::index;

TEST_CASE("weights lie side by side in merged convolutions, each in a position of its own", "[schedule]") {
    for (const auto* network : all) {
        INFO(network->name);
        const auto schedule = plan::schedule_of(*network);
        std::set<int> parameters;
        for (const auto& one : schedule.convolutions) {
            std::set<std::pair<int, int>> taken;
            const int sources = one.source_map < 0 ? -1 : schedule.maps[index(one.source_map)].channels;
            const int targets = one.target_map < 0 ? network->areas[index(one.area)].output.channels
                                                   : schedule.maps[index(one.target_map)].channels;
            for (const auto& block : plan::weight_blocks_of(*network, schedule, one)) {
                std::int64_t pairs = 0;
                CHECK(parameters.insert(block.parameter).second);
                plan::for_each_pair(block, [&](int source, int target) {
                    CHECK(taken.insert({source, target}).second);
                    CHECK((source >= 0 && (sources < 0 || source < sources) && target >= 0 && target < targets));
                    ++pairs;
                });
                const auto size = network->parameters[index(block.parameter)].size();
                CHECK(pairs * one.extent.height * one.extent.width == size);
            }
        }
        std::size_t weights = 0;
        for (const auto& edge : network->edges) weights += parameters.contains(edge.weight);
        CHECK(weights == network->edges.size());
    }
}

// At one position: weights of all taps alike. What merged matrices give for states, against the edges one by one.
TEST_CASE("merged weights and biases give the sum of the edges", "[schedule]") {
    const auto value_of = [](int parameter, std::int64_t element) {
        return 1 + 7 * parameter + static_cast<int>(element % 13);
    };
    for (const auto* network : all) {
        INFO(network->name);
        const auto schedule = plan::schedule_of(*network);
        const auto state_of = [](int type, int channel) { return 3 + 5 * type + 2 * channel; };
        using sum = std::tuple<int, int>;  // of a type, or of the output of area -1 - a; of a channel
        std::map<sum, std::int64_t> merged, by_edge;

        for (const auto& one : schedule.convolutions) {
            if (!one.is_plain() || one.source_map < 0) continue;
            std::vector<std::int64_t> states;
            for (const int type : schedule.maps[index(one.source_map)].types)
                for (int c = 0; c < network->types[index(type)].shape.channels; ++c)
                    states.push_back(state_of(type, c));
            const auto target_of = [&](int channel) -> sum {
                if (one.to_output()) return {-1 - one.area, channel};
                for (const int type : schedule.maps[index(one.target_map)].types)
                    if (const int c = channel - schedule.channel_of_type[index(type)];
                        c < network->types[index(type)].shape.channels)
                        return {type, c};
                return {};
            };
            const int taps = one.extent.height * one.extent.width;
            for (const auto& block : plan::weight_blocks_of(*network, schedule, one)) {
                std::int64_t element = 0;
                plan::for_each_pair(block, [&](int source, int target) {
                    merged[target_of(target)] +=
                        block.sign * value_of(block.parameter, element) * states[index(source)];
                    element += taps;
                });
            }
        }
        for (const auto& block : plan::bias_blocks_of(*network, schedule)) {
            for (int c = 0; c < block.channels; ++c) {
                sum target{-1 - block.area, c};
                for (std::size_t type = 0; block.map >= 0 && type < network->types.size(); ++type)
                    if (schedule.map_of_type[type] == block.map && schedule.channel_of_type[type] == block.first)
                        target = {static_cast<int>(type), c};
                merged[target] += block.sign * value_of(block.parameter, c);
            }
        }

        for (const auto& edge : network->edges) {
            if (edge.nonlinearity != activation::none) continue;
            const int sources = edge.input.channels / edge.groups, targets = edge.output.channels / edge.groups;
            const int taps = edge.extent.height * edge.extent.width;
            for (int target = 0; target < edge.output.channels; ++target) {
                auto& to = by_edge[{edge.to_output() ? -1 - edge.area : edge.postsynaptic, target}];
                if (edge.bias >= 0) to += edge.sign * value_of(edge.bias, target);
                for (int source = 0; edge.presynaptic >= 0 && source < sources; ++source)
                    to += edge.sign * value_of(edge.weight, std::int64_t{target * sources + source} * taps) *
                          state_of(edge.presynaptic, target / targets * sources + source);
            }
        }
        CHECK(merged == by_edge);
    }
}

TEST_CASE("rates come from the elements of tau that the mode names", "[schedule]") {
    struct By : hybrid<2, tau<tau_mode::per_type, 2.0>> {};
    struct Own : hybrid<2, tau<tau_mode::per_subtype, 2.0>> {};
    struct Position : hybrid<2, tau<tau_mode::spatial, 2.0>> {};
    struct Both : hybrid<2, tau<tau_mode::per_subtype_spatial, 2.0>> {};
    struct Area : area<input<1, 3, 4>, neurons<By, Own, Position, Both>,
                       connectivity<from<stimulus, 1, 1, 1, 1, 0>, from<By, 0, 0, 0, 0, 1>, from<Own, 0, 0, 0, 0, 1>,
                                    from<Position, 0, 0, 0, 0, 1>, from<Both, 0, 0, 0, 0, 1>>,
                       output<2>> {};
    const auto& network = plan_of<Area>;
    const auto blocks = plan::rate_blocks_of(network, plan::schedule_of(network));
    REQUIRE(blocks.size() == 4);
    const auto element = [&](std::size_t type) { return blocks[type].element(1, 7); };
    CHECK((element(0) == 0 && element(1) == 1 && element(2) == 7 && element(3) == 12 + 7));
    for (const auto& block : blocks) CHECK(block.size() == network.parameters[index(block.parameter)].size());
}
