// Outputs that depend on themselves at once: through the stimulus of the area above and feedback to the area below.

#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/output_loop.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using plan::output_loop;

namespace {

struct E : excitatory<2> {};
/// Whether the stimulus, and feedback, go to the output past the states.
template <int Stimulus>
struct first : area<input<1, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, Stimulus>, from<E, 1, 1>>, output<2>> {};
template <int Stimulus>
struct plain : area<input<2, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, Stimulus>, from<E, 1, 1>>, output<2>> {};
template <int Channels, int Stimulus, int TopDown>
struct hearing : area<input<Channels, 4, 4>, feedback_channels<2>, neurons<E>,
                      connectivity<from<stimulus, 1, Stimulus>, from<top_down, 1, TopDown>, from<E, 1, 1>>, output<2>> {
};
struct Low : hearing<1, 0, 1> {};
struct LowStates : hearing<1, 0, 0> {};
struct LowStimulus : hearing<1, 1, 0> {};
struct Middle : hearing<2, 0, 1> {};
struct MiddlePast : hearing<2, 1, 1> {};
struct Past : plain<1> {};
struct High : plain<0> {};
struct First : first<0> {};
struct FirstPast : first<1> {};

struct Closed : network<Low, Past, feedback<Past, Low>> {};
struct OpenAbove : network<Low, High, feedback<High, Low>> {};
struct OpenBelow : network<LowStates, Past, feedback<Past, LowStates>> {};
struct OwnStimulus : network<LowStimulus, Past, feedback<Past, LowStimulus>> {};
struct Delayed : network<Low, Past, feedback<Past, Low>, area_delay<1>> {};
struct Inner : network<First, Middle, Past, feedback<Past, Middle>> {};
struct PastAgain : plain<1> {};
struct Three : network<Low, Past, PastAgain, feedback<PastAgain, Low>> {};
struct Broken : network<Low, High, Past, feedback<Past, Low>> {};
struct Straight : network<FirstPast, Past, PastAgain> {};
struct Skipping : network<Low, MiddlePast, Past, feedback<MiddlePast, Low>, feedback<Past, MiddlePast>> {};

}  // namespace

TEST_CASE("an output depends on itself where every step of the way leaves states out", "[schedule]") {
    CHECK(output_loop(plan_of<Closed>) == 0);
    CHECK(output_loop(plan_of<OpenAbove>) == -1);
    CHECK(output_loop(plan_of<OpenBelow>) == -1);
    CHECK(output_loop(plan_of<OwnStimulus>) == -1);  // the first area's stimulus is the image
    CHECK(output_loop(plan_of<Delayed>) == 0);       // in continuous time there is no step between
}

TEST_CASE("a loop may go through several areas, and starts at the first of them", "[schedule]") {
    CHECK(output_loop(plan_of<Inner>) == 1);
    CHECK(output_loop(plan_of<Three>) == 0);
    CHECK(output_loop(plan_of<Broken>) == -1);
    CHECK(output_loop(plan_of<Straight>) == -1);
    CHECK(output_loop(plan_of<Skipping>) == 0);
}

TEST_CASE("networks of one area, and those whose outputs read states only, have no loop", "[schedule]") {
    for (const auto* network : test::schedules::all) {
        INFO(network->name);
        CHECK(output_loop(*network) == -1);
    }
}
