// What the rules of the schedule spare, counted by the compiler.
#include "digits.hpp"

#include <cortexpr/schedule/work/work.hpp>

using namespace digits_example;
using plan::operations;
using plan::saving;

namespace {

// Operations of one edge on one image: 2 x positions x targets x sources x taps.
constexpr std::int64_t from_stimulus = 2 * 784 * 16 * 1 * 9, recurrent = 2 * 784 * 16 * 16 * 9,
                       to_output = 2 * 784 * 32 * 16 * 9;
// The same by 7 x 7 tiles of 36 points. From the one channel of the image Winograd doesn't pay.
constexpr std::int64_t recurrent_as_winograd = 2 * 49 * 36 * 16 * 16, to_output_as_winograd = 2 * 49 * 36 * 32 * 16;

constexpr auto five = plan::work_of(plan_of<Digits>, {.steps = 5});
constexpr std::int64_t all = 5 * (2 * from_stimulus + 4 * recurrent + to_output);
static_assert(five.one_by_one.operations == operations{all, all, all});
// I isn't read at the last step; only_live_states spares its convolutions, the image's included.
static_assert(five.spared(saving::only_live_outputs).operations ==
              operations{4 * to_output, 4 * to_output, 4 * to_output});
constexpr std::int64_t to_not_live = 2 * recurrent + from_stimulus;
static_assert(five.spared(saving::only_live_states).operations == operations{to_not_live, to_not_live, to_not_live});
constexpr std::int64_t repeated = (4 + 3) * from_stimulus;
static_assert(five.spared(saving::constant_drive).operations == operations{repeated, repeated, repeated});
static_assert(five.spared(saving::zero_states).operations == operations{4 * recurrent, 0, 4 * recurrent});
static_assert(five.spared(saving::only_requested_gradients).operations ==
              operations{0, 2 * from_stimulus + 4 * recurrent, 0});
// 32 maxima, each of one position of one channel of the output.
constexpr std::int64_t of_maxima = 32 * 2 * 16 * 9;
static_assert(five.spared(saving::sparse_maxima).operations ==
              operations{0, to_output - of_maxima, to_output - of_maxima});
static_assert(five.spared(saving::spread_adjoints).operations == operations{});
static_assert(five.spared(saving::merged_convolutions).operations == operations{});
static_assert(five.spared(saving::fused_pointwise).operations == operations{});
constexpr std::int64_t spared_by_winograd = 14 * (recurrent - recurrent_as_winograd);
// The maxima go back by taps.
static_assert(five.spared(saving::winograd).operations ==
              operations{spared_by_winograd + to_output - to_output_as_winograd, spared_by_winograd,
                         spared_by_winograd});
static_assert(five.spared(saving::winograd).maps == plan::traffic{});
static_assert(five.computed.operations ==
              operations{2 * from_stimulus + 14 * recurrent_as_winograd + to_output_as_winograd,
                         14 * recurrent_as_winograd + of_maxima,
                         2 * from_stimulus + 14 * recurrent_as_winograd + of_maxima});
static_assert(five.direct().operations == operations{2 * from_stimulus + 14 * recurrent + to_output,
                                                     14 * recurrent + of_maxima,
                                                     2 * from_stimulus + 14 * recurrent + of_maxima});
static_assert(planned_forward_flops<Digits, 5> == five.computed.operations.forward);
static_assert(planned_backward_flops<Digits, 5> == five.computed.operations.backward());

// Bytes of maps, in maps of 16 channels; the image and the output have maps of their own size.
constexpr std::int64_t map = 16 * 784 * 4, image = 784 * 4, out = 32 * 784 * 4;
// Each step: seven convolutions read a map and write one; two sums of three terms take two passes of three maps each; a
// sigmoid is two maps, the leaky step three.
static_assert(five.one_by_one.maps ==
              plan::traffic{5 * (2 * (image + map) + 4 * (map + map) + (map + out) + 2 * 6 * map + 2 * 5 * map), 35});
static_assert(five.spared(saving::only_live_outputs).maps == plan::traffic{4 * (map + out), 4});
// I at the last step: three convolutions, two additions, a nonlinearity, a leaky step.
static_assert(five.spared(saving::only_live_states).maps ==
              plan::traffic{(image + map) + 2 * (map + map) + 6 * map + 5 * map, 3});
static_assert(five.spared(saving::constant_drive).maps == plan::traffic{7 * (image + map), 7});
// At the first step: four convolutions, and both additions of each sum.
static_assert(five.spared(saving::zero_states).maps == plan::traffic{4 * (map + map) + 4 * 3 * map, 4});
// What is left when merged and fused: once the image and both drives; at steps 2 to 4 both states are read, the drive
// of the image is started from, the sum is written; at the fifth for E alone. Then the step itself: drive and state are
// read, the state and what is saved are written.
static_assert(five.computed.maps ==
              plan::traffic{(image + 2 * map) + 3 * (2 + 2 + 2) * map + (2 + 1 + 1) * map + 9 * 4 * map + (map + out),
                            6});
// A map of both types at each step, against: both states before each step, E after the last, and what nine sigmoids
// gave.
static_assert(saved_bytes<Digits, 5> == 5 * 2 * map);
static_assert(five.autograd_bytes == (5 * 2 + 1) * map + 9 * map);

// One step has no recurrence at all, and then E alone is read.
constexpr auto one = plan::work_of(plan_of<Digits>, {.steps = 1});
static_assert(one.computed.operations ==
              operations{from_stimulus + to_output_as_winograd, of_maxima, from_stimulus + of_maxima});
// Who reads everything spares only what is known: the input's convolution and zeros.
constexpr auto all_read = plan::work_of(
    plan_of<Digits>,
    {.steps = 5, .requested = {.every_answer = true, .final_states = true, .states = {true, true}, .outputs = {true}}});
static_assert(all_read.spared(saving::only_live_outputs) == plan::work{} &&
              all_read.spared(saving::only_live_states) == plan::work{});
static_assert(all_read.computed.operations.forward ==
              2 * from_stimulus + 16 * recurrent_as_winograd + 5 * to_output_as_winograd);
// The outputs' gradients arrive as maps, and those of the readout's maxima besides.
static_assert(all_read.computed.operations.weight_gradients ==
              2 * from_stimulus + 16 * recurrent_as_winograd + 5 * (to_output_as_winograd + of_maxima));
// A sequence has another image at each step.
static_assert(plan::work_of(plan_of<Digits>, {.steps = 5, .is_sequence = true}).spared(saving::constant_drive) ==
              plan::work{});

// What a silence takes out is not computed, not read and not learnt from: I is gone from the third step on.
constexpr auto silence = plan::work_of(plan_of<Digits>, {.steps = 5, .requested = {.silenced_from = {0, 3}}});
static_assert(silence.computed.operations.forward ==
              2 * from_stimulus + (4 + 2 + 1 + 1) * recurrent_as_winograd + to_output_as_winograd);
static_assert(silence.computed.operations.weight_gradients ==
              2 * from_stimulus + (4 + 2 + 1 + 1) * recurrent_as_winograd + of_maxima);

// Networks with everything that rules look at: two areas, feedback, half grids, nonlinearities of edges, groups.
struct Wide : excitatory<8, nonlinearity<activation::gelu>, signed_rates> {};
struct Coarse : inhibitory<4, half_density> {};
struct Low
    : area<
          input<3, 9, 7>, feedback_channels<2>, neurons<Wide, Coarse>,
          connectivity<from<stimulus, edge{.extent = {5, 3}}, 1, 0>, from<top_down, 1, 0, 0>,
                       from<Wide, edge{.groups = 4}, edge{.nonlinearity = activation::tanh}, 1>, from<Coarse, 1, 1, 0>>,
          output<6, activation::relu>> {};
struct High : area<input<6, 12, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<5>> {};
struct Chain : network<Low, High, feedback<High, Low>> {};
struct Late : classifier<network<Low, High, feedback<High, Low, edge{.nonlinearity = activation::tanh}>, area_delay<1>>,
                         classes<3>, hidden<7>, readout_pool<pool_mode::max>> {};
struct Half : area<input<2, 10, 11>, neurons<E, Coarse>,
                   connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<Coarse, 1, 1, 1>>, output<4>> {};

constexpr bool adds_up(const plan::network& network, const plan::run& run) {
    const auto report = plan::work_of(network, run);
    std::int64_t each = 0, calls = 0;
    for (const auto& edge : network.edges) each += run.steps * plan::flops(edge);
    for (const auto& edge : network.feedback) each += run.steps * plan::flops(edge);
    calls = run.steps * static_cast<std::int64_t>(network.edges.size() + network.feedback.size());
    auto sum = report.computed;
    for (const auto& saving : report.savings) sum += saving.spared;
    return report.one_by_one.operations == operations{each, each, each} &&
           report.one_by_one.maps.convolutions == calls && sum == report.one_by_one &&
           report.saved_bytes <= report.autograd_bytes;
}
static_assert(adds_up(plan_of<Digits>, {.steps = 1}) && adds_up(plan_of<Digits>, {.steps = 6}));
static_assert(adds_up(plan_of<Chain>, {.steps = 1}) && adds_up(plan_of<Chain>, {.steps = 4}));
static_assert(adds_up(plan_of<Late>, {.steps = 1}) && adds_up(plan_of<Late>, {.steps = 4}));
static_assert(adds_up(plan_of<Half>, {.steps = 3}));
static_assert(adds_up(plan_of<Half>, {.steps = 3, .is_sequence = true, .requested = {.final_states = true}}));

// The backward pass of a half grid costs what a full one does: 10 x 11 positions instead of 5 x 6, for E at two steps.
constexpr auto half = plan::work_of(plan_of<Half>, {.steps = 3});
static_assert(half.spared(saving::spread_adjoints).operations ==
              operations{0, -2 * 2 * (10 * 11 - 5 * 6) * 16 * 4 * 9, 0});

// Tiles of 5 x 5 have 8 x 8 points; where the map ends they are cut off, but cost the same. An edge with a nonlinearity
// is a convolution by itself, and so is what is fed back.
template <activation Function>
struct Broad : area<input<1, 9, 14>, neurons<E, I>,
                    connectivity<from<stimulus, 1, 1, 0>, from<E, edge{.extent = {5, 5}}, 0, 1>,
                                 from<I, edge{.nonlinearity = Function}, 0, edge{.extent = {1, 1}}>>,
                    output<16>> {};
constexpr auto broad = plan::work_of(plan_of<Broad<activation::tanh>>, {.steps = 2});
constexpr std::int64_t of_five = 2 * 16 * 16 * (9 * 14 * 25 - 3 * 4 * 64),
                       of_three = 2 * 16 * 16 * (9 * 14 * 9 - 3 * 4 * 36);
// Each is computed once: at the first step it would read zeros, or is not live.
static_assert(broad.spared(saving::winograd).operations.forward == of_five + of_three + of_three);
// Beside a kink, too: the few sums that are taken again by tap are not counted.
constexpr auto kinked = plan::work_of(plan_of<Broad<activation::relu>>, {.steps = 2});
static_assert(kinked.spared(saving::winograd).operations == broad.spared(saving::winograd).operations);
constexpr edge point{.extent = {1, 1}};
struct Under
    : area<input<16, 6, 6>, feedback_channels<16>, neurons<E>,
           connectivity<from<stimulus, point, 0>, from<top_down, point, 0>, from<E, point, point>>, output<16>> {};
struct Over : area<input<16, 6, 6>, neurons<E>, connectivity<from<stimulus, point, 0>, from<E, 0, point>>, output<16>> {
};
struct Fed : network<Under, Over, feedback<Over, Under>> {};
constexpr std::int64_t of_feedback = 2 * 16 * 16 * (6 * 6 * 9 - 2 * 2 * 36);
static_assert(plan::work_of(plan_of<Fed>, {.steps = 2}).spared(saving::winograd).operations ==
              operations{of_feedback, of_feedback, of_feedback});

// Any number of steps costs a compiler the same.
static_assert(plan::work_of(plan_of<Digits>, {.steps = 100}).computed.operations.forward ==
              planned_forward_flops<Digits, 100>);
static_assert(planned_forward_flops<Digits, 100> == five.computed.operations.forward + 95 * 4 * recurrent_as_winograd);
static_assert(saved_bytes<Digits, 1'000'000> == 1'000'000LL * 2 * map);

}  // namespace
