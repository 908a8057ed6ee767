// Bytes of maps, added up by hand for one area of one type.

#include <cortexpr/schedule/work/traffic.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using plan::applied_savings;
using plan::known_run;
using plan::traffic;
using plan::traffic_of;

namespace {

struct E : excitatory<2> {};
struct Signed : inhibitory<2> {};
template <class Type>
struct area_of : area<input<1, 4, 4>, neurons<Type>, connectivity<from<stimulus, 1, 0>, from<Type, 1, 1>>, output<3>> {
};
struct Excited : area_of<E> {};
struct Inhibited : area_of<Signed> {};
struct Bent : area<input<1, 4, 4>, neurons<E>,
                   connectivity<from<stimulus, 1, 0>,
                                from<E, edge{.nonlinearity = chain(activation::tanh, activation::relu)}, 1>>,
                   output<3, activation::relu>> {};

// Numbers of one map: image, state, output.
constexpr std::int64_t image = 16, state = 32, out = 48;

traffic bytes(std::int64_t numbers, std::int64_t convolutions) { return {4 * numbers, convolutions}; }

traffic counted(const plan::network& network, int steps, int rules) {
    return traffic_of(known_run(network, plan::run{.steps = steps}), applied_savings{rules});
}

}  // namespace

TEST_CASE("each operation reads its maps and writes its result", "[schedule]") {
    // Three convolutions; the second is added to the first: two maps read, one written. A sigmoid reads and writes a
    // map, the leaky step reads drive and state and writes the state.
    const auto step = (image + state) + (state + state) + 3 * state + (state + out) + 2 * state + 3 * state;
    CHECK(counted(plan_of<Excited>, 1, 0) == bytes(step, 3));
    CHECK(counted(plan_of<Excited>, 5, 0) == bytes(5 * step, 15));
    // A sign is an operation where nothing is there to subtract from: of the output.
    CHECK(counted(plan_of<Inhibited>, 1, 0) == bytes(step + 2 * out, 3));
    // Two members of a chain, and the output's nonlinearity: a map read and written each.
    CHECK(counted(plan_of<Bent>, 1, 0) == bytes(step + 4 * state + 2 * out, 3));
}

TEST_CASE("with all rules the first step reads no state, and the pointwise work is one pass", "[schedule]") {
    const auto first = (image + state) + 4 * state + (state + out);
    CHECK(counted(plan_of<Excited>, 1, plan::saving_count) == bytes(first, 2));
    // Then the sum starts from what the image gave: state and sum are read, the sum is written. The output is computed
    // at the last step.
    const auto next = (state + state + state) + 4 * state;
    CHECK(counted(plan_of<Excited>, 4, plan::saving_count) == bytes(first + 3 * next, 1 + 3 + 1));
    CHECK(counted(plan_of<Inhibited>, 1, plan::saving_count) == bytes(first, 2));  // the sign is in the weights
}

TEST_CASE("a nonlinearity takes a pass for each of its members, a user's one", "[schedule]") {
    CHECK(plan::passes_of(activation::none) == 0);
    CHECK(plan::passes_of(activation::tanh) == 1);
    CHECK(plan::passes_of(chain(activation::relu, activation::tanh, activation::relu)) == 3);
}

TEST_CASE("traffic adds and subtracts part by part", "[schedule]") {
    traffic sum{10, 1};
    sum += {5, 2};
    CHECK(sum == traffic{15, 3});
    CHECK(sum - traffic{5, 3} == traffic{10, 0});
}
