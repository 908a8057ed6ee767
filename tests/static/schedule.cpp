// What merges, and which values are live, by the compiler.
#include "digits.hpp"

#include <cortexpr/schedule/least_steps.hpp>
#include <cortexpr/schedule/liveness.hpp>
#include <cortexpr/schedule/winograd.hpp>

using namespace digits_example;

namespace {

// All four edges between E and I are one convolution of 32 to 32 channels.
constexpr bool merges_by_source_and_target() {
    const auto schedule = plan::schedule_of(plan_of<Digits>);
    return schedule.maps.size() == 1 && schedule.maps[0].channels == 32 && schedule.convolutions.size() == 3 &&
           schedule.convolutions[0].edges.size() == 2 && schedule.convolutions[1].edges.size() == 4;
}
static_assert(merges_by_source_and_target());

// What differs in extent, or has a nonlinearity of its own, stays apart.
struct Apart
    : area<input<1, 28, 28>, neurons<E, I>,
           connectivity<from<stimulus, 1, edge{.extent = {5, 5}}, 0>,
                        from<E, 1, edge{.nonlinearity = activation::tanh}, 1>, from<I, edge{.groups = 4}, 1, 0>>,
           output<32>> {};
constexpr int number_of_convolutions(const plan::network& network) {
    return static_cast<int>(plan::schedule_of(network).convolutions.size());
}
static_assert(number_of_convolutions(plan_of<Apart>) == 5);

// Winograd pays for many channels on a map, of an extent of 3 or 5; not for the stimulus' one channel, few channels,
// groups of few, strides, or maps that one tile covers ten times over.
constexpr bool is_winograd(const plan::network& network, std::size_t convolution) {
    return plan::pays_as_winograd(network, plan::schedule_of(network).convolutions[convolution]);
}
static_assert(!is_winograd(plan_of<Digits>, 0) && is_winograd(plan_of<Digits>, 1) && is_winograd(plan_of<Digits>, 2));
// Where one nonlinearity has a kink, sums that are nearly 0 are taken by tap; a user's has none if it says so.
struct Smooth {
    static constexpr bool can_be_negative = false, is_smooth = true;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 2 * x;
    }
};
struct Unsaid : Smooth {
    static constexpr bool is_smooth = false;
};
template <auto OfType, auto OfEdge, auto OfOutput>
constexpr bool has_kinks() {
    struct Neuron : excitatory<16, nonlinearity<OfType>> {};
    struct Only : area<input<1, 28, 28>, neurons<Neuron>,
                       connectivity<from<stimulus, 1, 0>, from<Neuron, 1, edge{.nonlinearity = OfEdge}>>,
                       output<32, OfOutput>> {};
    return plan::has_kinks(plan_of<Only>);
}
static_assert(!plan::has_kinks(plan_of<Digits>));
constexpr auto sigmoid = activation::sigmoid, tanh = activation::tanh, relu = activation::relu;
static_assert(!has_kinks<sigmoid, tanh, tanh>() && !has_kinks<custom<Smooth>, tanh, tanh>());
static_assert(has_kinks<relu, tanh, tanh>() && has_kinks<sigmoid, relu, tanh>());
static_assert(has_kinks<sigmoid, tanh, activation::hard_tanh>());
static_assert(has_kinks<custom<Unsaid>, tanh, tanh>());
static_assert(has_kinks<chain(activation::softplus, activation::relu6), tanh, tanh>());
constexpr bool pays(extent extent, int stride, int side, int channels) {
    return plan::pays_as_winograd(extent, stride, {channels, side, side}, channels, channels, channels * channels);
}
static_assert(pays({3, 3}, 1, 28, 16) && pays({5, 5}, 1, 28, 16) && !pays({3, 3}, 1, 28, 4));
static_assert(!pays({3, 3}, 2, 28, 16) && !pays({3, 5}, 1, 28, 64) && !pays({1, 1}, 1, 28, 64));
static_assert(!pays({7, 7}, 1, 28, 64) && !pays({3, 3}, 1, 1, 64));

// Liveness: the last step's inhibition is not live, unless the final states are requested.
constexpr bool is_live(bool final_states, int step, int type) {
    return plan::live_values(plan_of<Digits>, 5, {.final_states = final_states}).state(step, type);
}
static_assert(is_live(false, 5, 0) && !is_live(false, 5, 1) && is_live(false, 4, 1) && is_live(true, 5, 1));

// A later area that hears late: what the earlier one sends at the last step reaches no other.
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<8>> {};
struct Late : network<V1, V2, area_delay<1>> {};
constexpr auto late = [](int step) { return plan::live_values(plan_of<Late>, 3, {}).output(step, 0); };
static_assert(late(1) && late(2) && !late(3));
// A silenced type's state is not live.
constexpr bool silent_is_live(int step) {
    return plan::live_values(plan_of<Digits>, 5, {.silenced_from = {0, 3}}).state(step, 1);
}
static_assert(silent_is_live(2) && !silent_is_live(3));

// The stimulus reaches the answer in the first step, and from E by I and back to E in the third.
static_assert(plan::least_steps_of(plan_of<Digits>).answer == 1 && plan::least_steps_of(plan_of<Digits>).all == 3);

}  // namespace
