// The rules of neuron types (N), asked without firing an error. Compiling is passing.
#include <cortexpr/dsl.hpp>

#include <limits>

using namespace cortexpr;

namespace {

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

/// An area whose only neuron type is T, well wired but for T itself.
template <class T, int Height = 28, int Width = 28>
using alone = area<
    input<1, Height, Width>, neurons<T>,
    connectivity<from<stimulus, edge{.extent = {1, 1}}, 0>, from<T, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}>>,
    output<32>>;

template <class T, rule Rule>
inline constexpr bool refused = !wirable<alone<T>> && broken_rule<alone<T>> == Rule;

static_assert(wirable<alone<E>> && broken_rule<alone<E>> == rule::none);
static_assert(wirable<alone<I>>);

// What is no neuron type at all.
struct plain {};
union both {
    int first;
};
struct only_declared;
class private_type : excitatory<16> {};
struct two_classes : excitatory<8>, inhibitory<8> {};
static_assert(refused<plain, rule::not_a_neuron_type>);
static_assert(refused<both, rule::not_a_neuron_type>);
static_assert(refused<int, rule::not_a_neuron_type>);
static_assert(refused<void, rule::not_a_neuron_type>);
static_assert(refused<E&, rule::not_a_neuron_type>);
static_assert(refused<const E, rule::not_a_neuron_type>);
static_assert(refused<stimulus, rule::not_a_neuron_type>);
static_assert(refused<only_declared, rule::incomplete_neuron_type>);
static_assert(refused<excitatory<16>, rule::underived_neuron_type>);
static_assert(refused<hybrid<16, half_density>, rule::underived_neuron_type>);
static_assert(refused<private_type, rule::neuron_type_inheritance>);
static_assert(refused<two_classes, rule::neuron_type_inheritance>);

// A struct derived from a neuron type is one, too.
struct E2 : E {};
static_assert(wirable<alone<E2>>);

// Numbers and options.
struct no_subtypes : excitatory<> {};
struct negative_subtypes : inhibitory<-1> {};
struct no_number : hybrid<2'000'000'000> {};
struct strange_option : excitatory<16, plain> {};
struct twice : excitatory<16, tau<tau_mode::spatial>, half_density, tau<tau_mode::spatial>> {};
static_assert(refused<no_subtypes, rule::subtypes>);
static_assert(refused<negative_subtypes, rule::subtypes>);
static_assert(refused<no_number, rule::subtypes>);
static_assert(refused<strange_option, rule::unknown_neuron_option>);
static_assert(refused<twice, rule::repeated_neuron_option>);

template <double Initial>
struct with_tau : excitatory<16, tau<tau_mode::per_type, Initial>> {};
using limits = std::numeric_limits<double>;
static_assert(refused<with_tau<0.999>, rule::initial_tau>);
static_assert(refused<with_tau<-2.0>, rule::initial_tau>);
static_assert(refused<with_tau<limits::quiet_NaN()>, rule::initial_tau>);
static_assert(refused<with_tau<limits::infinity()>, rule::initial_tau>);
static_assert(refused<with_tau<1e39>, rule::initial_tau>);  // beyond float32
static_assert(wirable<alone<with_tau<1.0>>> && wirable<alone<with_tau<20.0>>>);

// Time constants drawn: the lower bound and the mean are those of a number; the other numbers have a rule of their own.
template <tau_start Start>
struct with_drawn_tau : excitatory<16, tau<tau_mode::per_subtype, Start>> {};
static_assert(wirable<alone<with_drawn_tau<2>>>);
static_assert(wirable<alone<with_drawn_tau<uniform_draw{1, 5}>>> && wirable<alone<with_drawn_tau<uniform_draw{2, 2}>>>);
static_assert(wirable<alone<with_drawn_tau<normal_draw{3, 0.5}>>> && wirable<alone<with_drawn_tau<normal_draw{1, 0}>>>);
static_assert(refused<with_drawn_tau<uniform_draw{0, 1}>, rule::initial_tau>);
static_assert(refused<with_drawn_tau<normal_draw{0.5, 1}>, rule::initial_tau>);
static_assert(refused<with_drawn_tau<uniform_draw{limits::quiet_NaN(), 1}>, rule::initial_tau>);
static_assert(refused<with_drawn_tau<uniform_draw{5, 1}>, rule::initial_tau_draw>);
static_assert(refused<with_drawn_tau<uniform_draw{1, limits::infinity()}>, rule::initial_tau_draw>);
static_assert(refused<with_drawn_tau<uniform_draw{1, limits::quiet_NaN()}>, rule::initial_tau_draw>);
static_assert(refused<with_drawn_tau<normal_draw{2, -1}>, rule::initial_tau_draw>);

// Dale's law: rates of excitatory and inhibitory types are never negative, unless asked for.
template <activation Function>
struct excites : excitatory<16, nonlinearity<Function>> {};
template <activation Function>
struct inhibits : inhibitory<16, nonlinearity<Function>> {};
template <activation Function>
struct either : hybrid<16, nonlinearity<Function>> {};
template <activation Function>
struct asks : inhibitory<16, nonlinearity<Function>, signed_rates> {};

template <activation... Functions>
inline constexpr bool always_allowed = ((wirable<alone<excites<Functions>>> && wirable<alone<inhibits<Functions>>> &&
                                         wirable<alone<either<Functions>>> && wirable<alone<asks<Functions>>>)&&...);
template <activation... Functions>
inline constexpr bool allowed_on_request = ((refused<excites<Functions>, rule::negative_nonlinearity> &&
                                             refused<inhibits<Functions>, rule::negative_nonlinearity> &&
                                             wirable<alone<either<Functions>>> &&
                                             wirable<alone<asks<Functions>>>)&&...);
static_assert(always_allowed<activation::relu, activation::relu6, activation::softplus, activation::sigmoid,
                             activation::hard_sigmoid>);
static_assert(allowed_on_request<activation::none, activation::leaky_relu, activation::elu, activation::gelu,
                                 activation::silu, activation::tanh, activation::hard_tanh>);

struct normal_start : inhibitory<16, initial_state<fill::normal>> {};
struct uniform_start : inhibitory<16, initial_state<fill::uniform>> {};
struct asked_normal_start : inhibitory<16, initial_state<fill::normal>, signed_rates> {};
struct hybrid_normal_start : hybrid<16, initial_state<fill::normal>> {};
struct needless : hybrid<16, signed_rates> {};
static_assert(refused<normal_start, rule::negative_initial_state>);
static_assert(wirable<alone<uniform_start>> && wirable<alone<asked_normal_start>>);
static_assert(wirable<alone<hybrid_normal_start>>);
static_assert(refused<needless, rule::superfluous_signed_rates>);

// Half density needs two positions along both sides.
struct sparse : excitatory<16, half_density> {};
static_assert(broken_rule<alone<sparse, 1, 28>> == rule::half_density);
static_assert(broken_rule<alone<sparse, 28, 1>> == rule::half_density);
static_assert(broken_rule<alone<sparse, 1, 1>> == rule::half_density);
static_assert(wirable<alone<sparse, 2, 3>>);

// Types among each other.
namespace deep {
struct E : excitatory<16> {};
}  // namespace deep
template <class First, class Second>
using pair = area<input<1, 28, 28>, neurons<First, Second>,
                  connectivity<from<stimulus, 1, 1, 0>, from<First, 1, 1, 1>, from<Second, 1, 1, 0>>, output<32>>;
static_assert(broken_rule<area<input<1, 28, 28>, neurons<>, connectivity<from<stimulus, 1>>, output<32>>> ==
              rule::no_neuron_types);
static_assert(broken_rule<pair<E, E>> == rule::repeated_neuron_type);
static_assert(broken_rule<pair<E, deep::E>> == rule::repeated_neuron_name);
static_assert(wirable<pair<E, E2>> && wirable<pair<deep::E, I>>);

// The first type at fault is the one told, whatever is wrong with the second.
static_assert(broken_rule<pair<normal_start, int>> == rule::negative_initial_state);
static_assert(broken_rule<pair<int, normal_start>> == rule::not_a_neuron_type);

}  // namespace
