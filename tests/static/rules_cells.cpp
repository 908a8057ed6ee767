// The rules of cell types (S, and those of N and F that hold for them), asked without firing an error. Compiling is
// passing.
#include <cortexpr/dsl.hpp>

#include <limits>

using namespace cortexpr;

namespace {

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Mi1 : hybrid_cells<> {};

/// A connectome whose only cell type is T, well wired but for T itself.
template <class T>
using alone = connectome<cells<T>, synapses<projects<T, T>>, stimulus_to<T>, output_from<T>>;

template <class T, rule Rule>
inline constexpr bool refused = !wirable<alone<T>> && broken_rule<alone<T>> == Rule;

static_assert(wirable<alone<R>> && broken_rule<alone<R>> == rule::none);
static_assert(wirable<alone<L1>> && wirable<alone<Mi1>>);

// What is no cell type at all.
struct plain {};
union both {
    int first;
};
struct only_declared;
struct E : excitatory<16> {};
class private_neuron_type : excitatory<16> {};
class private_type : excitatory_cells<> {};
struct two_classes : excitatory_cells<>, inhibitory_cells<> {};
struct in_both_families : excitatory<16>, excitatory_cells<> {};
static_assert(refused<plain, rule::not_a_cell_type>);
static_assert(refused<both, rule::not_a_cell_type>);
static_assert(refused<int, rule::not_a_cell_type>);
static_assert(refused<void, rule::not_a_cell_type>);
static_assert(refused<R&, rule::not_a_cell_type>);
static_assert(refused<const R, rule::not_a_cell_type>);
static_assert(refused<signed_rates, rule::not_a_cell_type>);
static_assert(broken_rule<connectome<cells<all_cells>, synapses<as_in_the_file>, stimulus_to<all_cells>,
                                     output_from<all_cells>>> == rule::not_a_cell_type);
static_assert(refused<only_declared, rule::incomplete_cell_type>);
static_assert(refused<excitatory_cells<>, rule::underived_cell_type>);
static_assert(refused<hybrid_cells<rectified, nonlinearity<activation::tanh>>, rule::underived_cell_type>);
static_assert(refused<private_type, rule::cell_type_inheritance>);
static_assert(refused<two_classes, rule::cell_type_inheritance>);
static_assert(refused<in_both_families, rule::cell_type_inheritance>);
static_assert(refused<E, rule::neuron_type_as_cell_type>);
static_assert(refused<excitatory<16>, rule::neuron_type_as_cell_type>);
static_assert(refused<private_neuron_type, rule::neuron_type_as_cell_type>);

// Nor is a cell type a neuron type of an area.
template <class T>
using area_of = area<input<1, 28, 28>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, 1, 1>>, output<32>>;
static_assert(broken_rule<area_of<R>> == rule::not_a_neuron_type);
static_assert(broken_rule<area_of<in_both_families>> == rule::neuron_type_inheritance);

// A struct derived from a cell type is one, too.
struct R8 : R {};
template <int Column>
struct in_column : excitatory_cells<> {};
static_assert(wirable<alone<R8>> && wirable<alone<in_column<3>>>);

// Options.
struct of_areas : excitatory_cells<half_density> {};
struct strange : excitatory_cells<tau<tau_mode::per_type>, plain> {};
struct subtypes_as_type : excitatory_cells<std::integral_constant<int, 16>> {};
struct tau_twice : excitatory_cells<tau<tau_mode::per_neuron>, tau<tau_mode::per_type, 2.0>> {};
struct tau_and_none : excitatory_cells<tau<tau_mode::per_type>, no_tau> {};
struct memoryless : excitatory_cells<no_tau> {};
struct bias_twice : inhibitory_cells<bias<bias_mode::per_type>, rectified, bias<bias_mode::per_type>> {};
struct with_bias : excitatory<16, bias<bias_mode::per_type>> {};
struct with_rectified : hybrid<16, nonlinearity<activation::tanh>, rectified> {};
static_assert(refused<tau_and_none, rule::repeated_neuron_option> && wirable<alone<memoryless>>);
static_assert(refused<of_areas, rule::unknown_cell_option>);
static_assert(refused<strange, rule::unknown_cell_option>);
static_assert(refused<subtypes_as_type, rule::unknown_cell_option>);
static_assert(refused<tau_twice, rule::repeated_neuron_option>);
static_assert(refused<bias_twice, rule::repeated_neuron_option>);
static_assert(broken_rule<area_of<with_bias>> == rule::unknown_neuron_option);
static_assert(broken_rule<area_of<with_rectified>> == rule::unknown_neuron_option);

struct all_options : hybrid_cells<nonlinearity<activation::tanh>, tau<tau_mode::per_type, 5.0>,
                                  bias<bias_mode::per_type, -0.5>, initial_state<fill::normal>, rectified> {};
static_assert(wirable<alone<all_options>>);

// Time constants: one for each cell or for all of a type.
template <tau_mode Mode, tau_start Start = 1.0>
struct slow : excitatory_cells<tau<Mode, Start>> {};
using limits = std::numeric_limits<double>;
static_assert(wirable<alone<slow<tau_mode::per_type>>> && wirable<alone<slow<tau_mode::per_neuron>>>);
static_assert(refused<slow<tau_mode::per_subtype>, rule::cell_tau_mode>);
static_assert(refused<slow<tau_mode::spatial>, rule::cell_tau_mode>);
static_assert(tau_mode::per_subtype_spatial == tau_mode::per_neuron);

template <tau_start Start>
using started = slow<tau_mode::per_neuron, Start>;
static_assert(wirable<alone<started<1.0>>> && wirable<alone<started<20>>>);
static_assert(wirable<alone<started<uniform_draw{1, 5}>>> && wirable<alone<started<normal_draw{3, 0.5}>>>);
static_assert(refused<started<0.999>, rule::initial_tau>);
static_assert(refused<started<limits::quiet_NaN()>, rule::initial_tau>);
static_assert(refused<started<limits::infinity()>, rule::initial_tau>);
static_assert(refused<started<uniform_draw{0.5, 5}>, rule::initial_tau>);
static_assert(refused<started<uniform_draw{5, 1}>, rule::initial_tau_draw>);
static_assert(refused<started<normal_draw{2, -1}>, rule::initial_tau_draw>);

// Biases.
template <bias_mode Mode, auto Start>
struct biased : inhibitory_cells<bias<Mode, Start>> {};
static_assert(wirable<alone<biased<bias_mode::per_neuron, -3.0>>> && wirable<alone<biased<bias_mode::per_type, 0.5>>>);
static_assert(wirable<alone<biased<bias_mode::none, 0.0>>>);
static_assert(refused<biased<bias_mode::per_type, limits::quiet_NaN()>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::per_neuron, -limits::infinity()>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::none, limits::quiet_NaN()>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::per_type, 1e39>, rule::initial_bias>);  // beyond float32
static_assert(refused<biased<bias_mode::per_type, uniform_draw{0, 1}>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::per_type, activation::relu>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::per_type, nullptr>, rule::initial_bias>);
static_assert(refused<biased<bias_mode::none, 0.5>, rule::superfluous_initial_bias>);

// Dale's law: rates of excitatory and inhibitory cells are never negative, unless cut off at 0 or asked for.
template <template <class...> class Class, activation_function Function, class... Options>
struct type : Class<nonlinearity<Function>, Options...> {};
template <activation Function, class... Options>
using excites = alone<type<excitatory_cells, Function, Options...>>;
template <activation Function, class... Options>
using inhibits = alone<type<inhibitory_cells, Function, Options...>>;
template <activation Function, class... Options>
using either = alone<type<hybrid_cells, Function, Options...>>;

template <activation... Functions>
inline constexpr bool never_negative = ((wirable<excites<Functions>> && wirable<inhibits<Functions>> &&
                                         wirable<either<Functions>> && wirable<excites<Functions, signed_rates>> &&
                                         broken_rule<excites<Functions, rectified>> == rule::superfluous_rectified &&
                                         broken_rule<either<Functions, rectified>> == rule::superfluous_rectified) &&
                                        ...);
template <activation... Functions>
inline constexpr bool negative_on_request =
    ((broken_rule<excites<Functions>> == rule::negative_cell_nonlinearity &&
      broken_rule<inhibits<Functions>> == rule::negative_cell_nonlinearity && wirable<either<Functions>> &&
      wirable<inhibits<Functions, signed_rates>> && wirable<excites<Functions, rectified>> &&
      wirable<either<Functions, rectified>> &&
      broken_rule<excites<Functions, rectified, signed_rates>> == rule::rectified_signed_rates) &&
     ...);
static_assert(never_negative<activation::relu, activation::relu6, activation::softplus, activation::sigmoid,
                             activation::hard_sigmoid>);
static_assert(negative_on_request<activation::none, activation::leaky_relu, activation::elu, activation::gelu,
                                  activation::silu, activation::tanh, activation::hard_tanh>);
static_assert(broken_rule<either<activation::tanh, signed_rates>> == rule::superfluous_signed_rates);
static_assert(broken_rule<either<activation::tanh, rectified, signed_rates>> == rule::superfluous_signed_rates);

struct Cubic {
    static constexpr bool can_be_negative = true;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x * x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 3 * x * x;
    }
};
template <activation_function Function, class... Options>
using inhibits_by = type<inhibitory_cells, Function, Options...>;
static_assert(refused<inhibits_by<custom<Cubic>>, rule::negative_cell_nonlinearity>);
static_assert(wirable<alone<inhibits_by<custom<Cubic>, rectified>>>);
static_assert(refused<inhibits_by<chain(activation::elu, activation::tanh)>, rule::negative_cell_nonlinearity>);
static_assert(wirable<alone<inhibits_by<chain(activation::relu, activation::tanh)>>>);
static_assert(refused<inhibits_by<custom<plain>>, rule::incomplete_custom>);
static_assert(refused<inhibits_by<chain()>, rule::chain_length>);
static_assert(refused<inhibits_by<chain(activation::relu, activation::none)>, rule::none_in_chain>);

// A start of either sign is one, too; a cut-off rate has no sign to turn.
template <template <class...> class Class, class... Options>
struct drawn : Class<initial_state<fill::normal>, Options...> {};
static_assert(refused<drawn<excitatory_cells>, rule::negative_initial_state>);
static_assert(
    refused<drawn<inhibitory_cells, nonlinearity<activation::tanh>, rectified>, rule::negative_initial_state>);
static_assert(wirable<alone<drawn<inhibitory_cells, signed_rates>>> && wirable<alone<drawn<hybrid_cells>>>);

// Types among each other.
namespace right {
struct L1 : inhibitory_cells<> {};
}  // namespace right
template <class... Types>
using list = connectome<cells<Types...>, synapses<as_in_the_file>, stimulus_to<all_cells>, output_from<all_cells>>;
static_assert(broken_rule<list<>> == rule::no_cell_types);
static_assert(broken_rule<list<R, L1, R>> == rule::repeated_cell_type);
static_assert(broken_rule<list<R, L1, right::L1>> == rule::repeated_cell_name);
static_assert(wirable<list<R, R8>> && wirable<list<R, L1, Mi1>> && wirable<list<in_column<1>, in_column<2>>>);

// The first type at fault is the one told.
static_assert(broken_rule<list<drawn<excitatory_cells>, int>> == rule::negative_initial_state);
static_assert(broken_rule<list<int, drawn<excitatory_cells>>> == rule::not_a_cell_type);

}  // namespace
