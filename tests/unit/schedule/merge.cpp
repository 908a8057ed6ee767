// Which edges are one convolution: laws that hold of any network, and by hand of a few.

#include <cortexpr/schedule/merge.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

#include <set>

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::index;

namespace {

// Stimuli that go to the outputs of two areas: the same maps, or none, by their numbers.
struct Past : area<input<1, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<3>> {};
struct PastAgain : area<input<3, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<3>> {};
struct TwicePast : network<Past, PastAgain> {};

const std::vector<const plan::network*> networks = [] {
    std::vector<const plan::network*> list(all.begin(), all.end());
    list.push_back(&plan_of<TwicePast>);
    return list;
}();

/// Whether two edges may be one convolution, from the edges alone.
bool belong_together(const plan::network& network, const plan::edge& a, const plan::edge& b) {
    const auto grid = [&](int type) {
        return type < 0 ? std::pair(-1, -1)
                        : std::pair(network.types[index(type)].shape.height, network.types[index(type)].shape.width);
    };
    return a.area == b.area && a.from == b.from && grid(a.presynaptic) == grid(b.presynaptic) &&
           a.to_output() == b.to_output() && grid(a.postsynaptic) == grid(b.postsynaptic) &&
           a.extent.height == b.extent.height && a.extent.width == b.extent.width &&
           a.nonlinearity == activation::none && b.nonlinearity == activation::none;
}

}  // namespace

TEST_CASE("each type has channels of its own in the map of its grid", "[schedule]") {
    for (const auto* network : networks) {
        INFO(network->name);
        const auto schedule = plan::schedule_of(*network);
        std::set<int> placed;
        for (std::size_t m = 0; m < schedule.maps.size(); ++m) {
            const auto& map = schedule.maps[m];
            int channels = 0;
            for (const int type : map.types) {
                CHECK(placed.insert(type).second);
                const auto& shape = network->types[index(type)].shape;
                CHECK(schedule.map_of_type[index(type)] == static_cast<int>(m));
                CHECK(schedule.channel_of_type[index(type)] == channels);
                CHECK(shape.same_grid(map.shape()));
                CHECK(network->types[index(type)].area == map.area);
                channels += shape.channels;
            }
            CHECK(map.channels == channels);
            CHECK(channels > 0);
            if (m > 0)
                CHECK(std::pair(schedule.maps[m - 1].area, schedule.maps[m - 1].half) < std::pair(map.area, map.half));
        }
        CHECK(placed.size() == network->types.size());
    }
}

TEST_CASE("edges are one convolution where they read, drive and slide alike, and only there", "[schedule]") {
    for (const auto* network : networks) {
        INFO(network->name);
        const auto schedule = plan::schedule_of(*network);
        std::vector<int> convolution_of(network->edges.size(), -1);
        for (std::size_t c = 0; c < schedule.convolutions.size(); ++c) {
            REQUIRE_FALSE(schedule.convolutions[c].edges.empty());
            for (const int edge : schedule.convolutions[c].edges) {
                CHECK(convolution_of[index(edge)] == -1);
                convolution_of[index(edge)] = static_cast<int>(c);
            }
        }
        for (std::size_t a = 0; a < network->edges.size(); ++a) {
            CHECK(convolution_of[a] >= 0);
            for (std::size_t b = 0; b < a; ++b)
                CHECK((convolution_of[a] == convolution_of[b]) ==
                      belong_together(*network, network->edges[a], network->edges[b]));
        }
    }
}

TEST_CASE("a convolution is that of its edges", "[schedule]") {
    for (const auto* network : networks) {
        const auto schedule = plan::schedule_of(*network);
        for (const auto& one : schedule.convolutions)
            for (const int number : one.edges) {
                const auto& edge = network->edges[index(number)];
                CHECK(one.stride == edge.stride);
                CHECK(one.upsample == edge.upsample);
                CHECK(one.nonlinearity == edge.nonlinearity);
                CHECK(one.to_output() == edge.to_output());
                CHECK(one.source_map == (edge.presynaptic < 0 ? -1 : schedule.map_of_type[index(edge.presynaptic)]));
                CHECK(one.target_map == (edge.to_output() ? -1 : schedule.map_of_type[index(edge.postsynaptic)]));
                CHECK(one.is_plain() == (edge.nonlinearity == activation::none));
            }
    }
    // E and I on the full grid, Coarse on the half one: E, Coarse to the output; a tanh alone.
    const auto half = plan::schedule_of(plan_of<Half>);
    REQUIRE(half.maps.size() == 2);
    CHECK(half.maps[0].types == std::vector{0, 2});
    CHECK(half.maps[1].types == std::vector{1});
    CHECK(half.maps[1].half);
    CHECK(half.maps[1].shape() == plan::map_shape{2, 3, 3});
    CHECK(half.channel_of_type == std::vector{0, 0, 4});
}
