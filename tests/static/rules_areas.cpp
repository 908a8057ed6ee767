// The rules of areas and of the rows of their matrix (A), asked without firing an error. Compiling is passing.
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

namespace {

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct stranger : excitatory<16> {};

using size = input<1, 28, 28>;
using types = neurons<E, I>;
using to_e_and_i = from<stimulus, 1, 1, 0>;
using from_e = from<E, 1, 1, 1>;
using from_i = from<I, 1, 1, 0>;
using matrix = connectivity<to_e_and_i, from_e, from_i>;

// Parts: any order, each once, none unknown.
static_assert(wirable<area<size, types, matrix, output<32>>>);
static_assert(wirable<area<output<32>, matrix, types, size>>);
static_assert(broken_rule<area<>> == rule::missing_area_part);
static_assert(broken_rule<area<types, matrix, output<32>>> == rule::missing_area_part);
static_assert(broken_rule<area<size, matrix, output<32>>> == rule::missing_area_part);
static_assert(broken_rule<area<size, types, output<32>>> == rule::missing_area_part);
static_assert(broken_rule<area<size, types, matrix>> == rule::missing_area_part);
static_assert(broken_rule<area<size, types, matrix, output<32>, hidden<256>>> == rule::unknown_area_part);
static_assert(broken_rule<area<int>> == rule::unknown_area_part);
static_assert(broken_rule<area<size, E, I, matrix, output<32>>> == rule::unknown_area_part);
static_assert(broken_rule<area<size, size, types, matrix, output<32>>> == rule::repeated_area_part);
static_assert(broken_rule<area<size, types, types, matrix, output<32>>> == rule::repeated_area_part);
static_assert(broken_rule<area<size, types, matrix, matrix, output<32>>> == rule::repeated_area_part);
static_assert(broken_rule<area<size, types, matrix, output<32>, output<16>>> == rule::repeated_area_part);
static_assert(broken_rule<area<size, feedback_channels<1>, feedback_channels<1>, types, matrix, output<32>>> ==
              rule::repeated_area_part);

// Sizes.
template <class Input, class Output = output<32>>
using sized = area<Input, types, matrix, Output>;
static_assert(broken_rule<sized<input<>>> == rule::input_size);
static_assert(broken_rule<sized<input<1, 28>>> == rule::input_size);
static_assert(broken_rule<sized<input<0, 28, 28>>> == rule::input_size);
static_assert(broken_rule<sized<input<1, -28, 28>>> == rule::input_size);
static_assert(broken_rule<sized<input<1, 28, 0>>> == rule::input_size);
static_assert(broken_rule<sized<input<1, 1'000'001, 28>>> == rule::input_size);
static_assert(wirable<sized<input<1'000'000, 1'000'000, 1'000'000>, output<1'000'000>>>);
static_assert(broken_rule<sized<size, output<>>> == rule::output_channels);
static_assert(broken_rule<sized<size, output<2'147'483'647>>> == rule::output_channels);
static_assert(broken_rule<sized<size, output<-1>>> == rule::output_channels);
static_assert(wirable<sized<input<3, 3, 200>, output<1>>>);
static_assert(broken_rule<area<size, feedback_channels<1'000'001>, types, matrix, output<32>>> ==
              rule::feedback_channels);
static_assert(broken_rule<area<size, feedback_channels<0>, types, matrix, output<32>>> == rule::feedback_channels);

// Feedback that keeps a sign starts without numbers of the other one.
template <neuron_class Class, fill Initial>
using hearing = area<size, feedback_channels<8, Class, Initial>, types,
                     connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
                     output<32, activation::none, fill::normal>>;
static_assert(broken_rule<hearing<neuron_class::excitatory, fill::normal>> == rule::negative_initial_feedback);
static_assert(broken_rule<hearing<neuron_class::inhibitory, fill::normal>> == rule::negative_initial_feedback);
static_assert(wirable<hearing<neuron_class::hybrid, fill::normal>>);
static_assert(wirable<hearing<neuron_class::inhibitory, fill::uniform>>);
static_assert(wirable<hearing<neuron_class::excitatory, fill::ones>>);

// Rows: from known sources, each once, none missing, in order.
template <class... Rows>
using wired_by = area<size, types, connectivity<Rows...>, output<32>>;
static_assert(broken_rule<wired_by<to_e_and_i, E, from_i>> == rule::not_a_row);
static_assert(broken_rule<wired_by<int&>> == rule::not_a_row);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from<stranger, 1, 1, 0>>> == rule::unknown_source);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from_i, from<stranger>>> == rule::unknown_source);
static_assert(broken_rule<wired_by<from<>>> == rule::unknown_source);
static_assert(broken_rule<wired_by<from<const E, 1, 1, 0>>> == rule::unknown_source);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from_i, from_e>> == rule::repeated_row);
static_assert(broken_rule<wired_by<to_e_and_i, to_e_and_i, from_e, from_i>> == rule::repeated_row);
static_assert(broken_rule<wired_by<>> == rule::missing_stimulus_row);
static_assert(broken_rule<wired_by<from_e, from_i>> == rule::missing_stimulus_row);
static_assert(broken_rule<wired_by<to_e_and_i>> == rule::missing_row);
static_assert(broken_rule<wired_by<to_e_and_i, from_i>> == rule::missing_row);
static_assert(broken_rule<wired_by<to_e_and_i, from_i, from_e>> == rule::row_order);
static_assert(broken_rule<wired_by<from_e, from_i, to_e_and_i>> == rule::row_order);

// Feedback is heard with channels and a row, or not at all.
using from_above = from<top_down, 1, 0, 0>;
template <class... Rows>
using fed_back = area<size, feedback_channels<8>, types, connectivity<Rows...>, output<32>>;
static_assert(wirable<fed_back<to_e_and_i, from_above, from_e, from_i>>);
static_assert(broken_rule<wired_by<to_e_and_i, from_above, from_e, from_i>> == rule::top_down_without_channels);
static_assert(broken_rule<fed_back<to_e_and_i, from_e, from_i>> == rule::missing_top_down_row);
static_assert(broken_rule<fed_back<to_e_and_i, from_e, from_i, from_above>> == rule::row_order);
static_assert(broken_rule<fed_back<from_above, to_e_and_i, from_e, from_i>> == rule::row_order);
static_assert(broken_rule<fed_back<to_e_and_i, from<top_down, 0, 0, 0>, from_e, from_i>> == rule::unused_top_down);

// Cells: one for each target.
static_assert(broken_rule<wired_by<from<stimulus>, from_e, from_i>> == rule::few_cells);
static_assert(broken_rule<wired_by<to_e_and_i, from<E, 1, 1>, from_i>> == rule::few_cells);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from<I, 1, 1, 0, 0>>> == rule::many_cells);

// Who reaches whom.
static_assert(broken_rule<wired_by<to_e_and_i, from<E, 1, 1, 0>, from_i>> == rule::no_output_edge);
static_assert(broken_rule<wired_by<from<stimulus, 0, 0, 0>, from_e, from_i>> == rule::unused_stimulus);
static_assert(broken_rule<wired_by<from<stimulus, 1, 0, 0>, from<E, 1, 0, 1>, from<I, 1, 0, 0>>> ==
              rule::receives_nothing);
static_assert(broken_rule<wired_by<from<stimulus, 1, 0, 0>, from<E, 1, 0, 1>, from_i>> == rule::hears_no_input);
static_assert(broken_rule<wired_by<from<stimulus, 0, 0, 1>, from_e, from_i>> == rule::hears_no_input);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from<I, 0, 0, 0>>> == rule::reaches_nothing);
static_assert(broken_rule<wired_by<to_e_and_i, from_e, from<I, 0, 1, 0>>> == rule::reaches_nothing);

// Inhibition alone silences rectified rates, unless it can turn into excitation.
struct Rectified : excitatory<16, nonlinearity<activation::relu>> {};
struct Rectified_chain : excitatory<16, nonlinearity<chain(activation::relu6, activation::tanh)>> {};
struct Lifted_chain : excitatory<16, nonlinearity<chain(activation::relu, activation::sigmoid)>> {};
struct Signed : inhibitory<16, signed_rates, nonlinearity<activation::tanh>> {};
template <class Inhibitory, class Target, auto Cell = 1>
using inhibited =
    area<size, neurons<Inhibitory, Target>,
         connectivity<from<stimulus, 1, 0, 0>, from<Inhibitory, 0, Cell, 1>, from<Target, 0, 0, 1>>, output<32>>;
static_assert(broken_rule<inhibited<I, Rectified>> == rule::only_inhibited);
static_assert(broken_rule<inhibited<I, Rectified, edge{.nonlinearity = activation::tanh}>> == rule::only_inhibited);
static_assert(broken_rule<inhibited<I, Rectified_chain>> == rule::only_inhibited);
static_assert(wirable<inhibited<I, Lifted_chain>>);
static_assert(wirable<inhibited<I, E>>);
static_assert(wirable<inhibited<Signed, Rectified>>);
static_assert(broken_rule<area<input<1, 28, 28, neuron_class::inhibitory>, neurons<Rectified>,
                               connectivity<from<stimulus, 1, 0>, from<Rectified, 1, 1>>, output<32>>> == rule::none);

// What is silent excites neither itself nor others that are: not without a bias, a nonlinearity or a start above 0.
struct Lively : excitatory<16, nonlinearity<activation::relu>, initial_state<fill::uniform>> {};
constexpr edge unbiased{.bias = false}, lifted{.nonlinearity = activation::sigmoid, .bias = false};
template <class Target, auto Self>
using exciting_itself =
    area<size, neurons<I, Target>, connectivity<from<stimulus, 1, 0, 0>, from<I, 0, 1, 1>, from<Target, 0, Self, 1>>,
         output<32>>;
static_assert(broken_rule<exciting_itself<Rectified, unbiased>> == rule::only_inhibited);
static_assert(wirable<exciting_itself<Rectified, 1>> && wirable<exciting_itself<Rectified, lifted>>);
static_assert(wirable<exciting_itself<Lively, unbiased>> && wirable<exciting_itself<E, unbiased>>);
struct Late_relu : excitatory<16, nonlinearity<chain(activation::tanh, activation::relu)>> {};
static_assert(broken_rule<inhibited<I, Late_relu>> == rule::only_inhibited);
template <class First, class Second, auto Start = 0>
using exciting_each_other = area<size, neurons<I, First, Second>,
                                 connectivity<from<stimulus, 1, 0, Start, 0>, from<I, 0, 1, 1, 0>,
                                              from<First, 0, 0, unbiased, 1>, from<Second, 0, unbiased, 0, 1>>,
                                 output<32>>;
static_assert(broken_rule<exciting_each_other<Rectified, Rectified_chain>> == rule::only_inhibited);
static_assert(wirable<exciting_each_other<Rectified, Rectified_chain, 1>>);
static_assert(wirable<exciting_each_other<Rectified, E>>);

// The same of an output.
template <class Output>
using read_from_i = area<size, types, connectivity<to_e_and_i, from<E, 1, 1, 0>, from<I, 1, 1, 1>>, Output>;
static_assert(broken_rule<read_from_i<output<32, activation::relu>>> == rule::only_inhibited_output);
static_assert(broken_rule<read_from_i<output<32, activation::relu6>>> == rule::only_inhibited_output);
static_assert(wirable<read_from_i<output<32>>> && wirable<read_from_i<output<32, activation::sigmoid>>>);
static_assert(wirable<wired_by<to_e_and_i, from_e, from<I, 1, 1, 1>>>);

// A part that stands inside of another is told before the one that is missing.
static_assert(broken_rule<area<size, types, connectivity<to_e_and_i, from_e, from_i, output<32>>>> == rule::not_a_row);
static_assert(broken_rule<area<size, neurons<E, I, matrix, output<32>>>> == rule::not_a_neuron_type);
static_assert(broken_rule<area<size, neurons<E, I, output<32>>, matrix>> == rule::not_a_neuron_type);

// What is allowed: chains, an inhibitory output, the stimulus or feedback straight to the output.
static_assert(wirable<wired_by<from<stimulus, 1, 0, 0>, from<E, 0, 1, 0>, from<I, 0, 0, 1>>>);
static_assert(wirable<wired_by<from<stimulus, 1, 1, 1>, from_e, from_i>>);
static_assert(wirable<fed_back<to_e_and_i, from<top_down, 0, 0, 1>, from_e, from_i>>);
static_assert(wirable<fed_back<from<stimulus, 1, 0, 0>, from<top_down, 0, 1, 0>, from<E, 0, 0, 1>, from<I, 1, 0, 0>>>);

// A struct derived from an area answers for it, also in generic code.
struct V1 : area<size, types, matrix, output<32>> {};
static_assert(wirable<V1> && V1::wired && broken_rule<V1> == rule::none);

}  // namespace
