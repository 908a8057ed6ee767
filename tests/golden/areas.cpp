// Several areas: resizing between them, delay, feedback.

#include "replay.hpp"

#include "catch.hpp"

namespace cortexpr::golden {

namespace {

struct E : excitatory<4> {};
struct I : inhibitory<4> {};
using plain = connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;
using fed_back = connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;

struct V1 : area<input<2, 9, 9>, neurons<E, I>, plain, output<5>> {};
struct V2 : area<input<5, 5, 4>, neurons<E, I>, plain, output<3>> {};
struct LargerV2 : area<input<5, 14, 12>, neurons<E, I>, plain, output<3>> {};

struct Max : network<V1, V2, pool<pool_mode::max>> {};
struct Average : network<V1, V2, pool<pool_mode::average>> {};
struct Up : network<V1, LargerV2> {};
struct Delayed : network<V1, V2, area_delay<1>> {};

struct HearingV1 : area<input<2, 9, 9>, feedback_channels<3>, neurons<E, I>, fed_back, output<5>> {};
struct Feedback
    : network<HearingV1, V2, feedback<V2, HearingV1, edge{.extent = {5, 3}, .nonlinearity = activation::sigmoid}>> {};

struct First
    : area<input<2, 9, 9>, feedback_channels<4, neuron_class::excitatory>, neurons<E, I>, fed_back, output<5>> {};
struct Second
    : area<input<5, 5, 4>, feedback_channels<2, neuron_class::inhibitory>, neurons<E, I>, fed_back, output<4>> {};
struct Third : area<input<4, 3, 3>, neurons<E, I>, plain, output<3>> {};
struct Three : network<First, Second, Third, feedback<Second, First>, feedback<Third, First>, feedback<Third, Second>,
                       area_delay<1>> {};

}  // namespace

TEST_CASE("a smaller area above, by max pooling") { replay(plan_of<Max>, "two_areas_max"); }
TEST_CASE("a smaller area above, by average pooling") { replay(plan_of<Average>, "two_areas_avg"); }
TEST_CASE("a larger area above") { replay(plan_of<Up>, "two_areas_up"); }
TEST_CASE("areas that hear each other late") { replay(plan_of<Delayed>, "two_areas_delay"); }
TEST_CASE("feedback with its own extent and nonlinearity") { replay(plan_of<Feedback>, "two_areas_feedback"); }
TEST_CASE("feedback among three areas, excitatory and inhibitory") { replay(plan_of<Three>, "three_areas_feedback"); }

}  // namespace cortexpr::golden
