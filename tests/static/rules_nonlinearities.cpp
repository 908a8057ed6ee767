// Nonlinearities: chains, those that a user writes, and the rules about them.

#include <cortexpr/dsl.hpp>

using namespace cortexpr;

namespace {

/// A threshold-quadratic rate function; Factor other than 2 makes its slope wrong.
template <int Factor>
struct quadratic {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static constexpr Real value(Real x) {
        return x > 0 ? x * x : 0;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return x > 0 ? Real{Factor} * x : 0;
    }
};
struct Squared : quadratic<2> {};
struct WrongSlope : quadratic<3> {};
struct Signed : Squared {
    static constexpr bool can_be_negative = true;
};
struct Odd {
    static constexpr bool can_be_negative = false;  // a lie
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x * x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 3 * x * x;
    }
};

// What is asked of a user's functions.
static_assert(largest_slope_error<Squared>() < 1e-6 && largest_slope_error<Odd>() < 1e-6);
static_assert(largest_slope_error<WrongSlope>() > 0.1);
static_assert(least_value<Squared>() == 0 && least_value<Odd>(-2, 2) == -8);

// Names.
static_assert(name_of(activation_function(activation::relu)) == "relu");
static_assert(name_of(activation_function()) == "none");
static_assert(name_of(chain(activation::softplus, activation::tanh)) == "softplus,tanh");
static_assert(name_of(chain(activation::hard_sigmoid, activation::hard_sigmoid, activation::hard_sigmoid,
                            activation::hard_sigmoid)) == "hard_sigmoid,hard_sigmoid,hard_sigmoid,hard_sigmoid");
static_assert(name_of(custom<Squared>) == "Squared");

// A chain of one is that one; two nonlinearities are the same only if all of them are.
static_assert(chain(activation::relu) == activation::relu);
static_assert(chain(activation::softplus, activation::tanh) != chain(activation::tanh, activation::softplus));
static_assert(custom<Squared> == custom<Squared> && custom<Squared> != custom<Odd>);
static_assert(custom<Squared> != activation::none);

// One member that is never negative makes a chain so: all map what is not negative to what is not negative.
static_assert(!can_be_negative(chain(activation::softplus, activation::tanh)));
static_assert(!can_be_negative(chain(activation::tanh, activation::relu)));
static_assert(can_be_negative(chain(activation::tanh, activation::elu)));
static_assert(!can_be_negative(custom<Squared>) && can_be_negative(custom<Signed>));

// In declarations: of types, edges, outputs and feedback.
template <class T, auto Edge = 1, class Output = output<3>>
using alone = area<input<1, 8, 8>, neurons<T>, connectivity<from<stimulus, 1, 0>, from<T, Edge, 1>>, Output>;
template <activation_function Function>
struct excites : excitatory<4, nonlinearity<Function>> {};
template <activation_function Function>
struct either : hybrid<4, nonlinearity<Function>> {};
template <activation_function Function>
struct asks : excitatory<4, nonlinearity<Function>, signed_rates> {};
template <class T, rule Rule>
inline constexpr bool refused = !wirable<alone<T>> && broken_rule<alone<T>> == Rule;

static_assert(wirable<alone<excites<custom<Squared>>>>);
static_assert(wirable<alone<excites<chain(activation::softplus, activation::tanh)>>>);
static_assert(refused<excites<custom<Signed>>, rule::negative_nonlinearity>);
static_assert(refused<excites<chain(activation::tanh, activation::elu)>, rule::negative_nonlinearity>);
static_assert(wirable<alone<either<custom<Signed>>>> && wirable<alone<asks<chain(activation::tanh, activation::elu)>>>);

struct plain {};
struct no_flag {
    static float value(float x) { return x; }
    static double value(double x) { return x; }
    static float slope(float) { return 1; }
    static double slope(double) { return 1; }
};
struct no_slope {
    static constexpr bool can_be_negative = true;
    static float value(float x) { return x; }
    static double value(double x) { return x; }
};
struct double_only : no_flag {
    static constexpr bool can_be_negative = true;
    static double value(double x) { return x; }
};
struct by_overloads : no_flag {
    static constexpr bool can_be_negative = true;
};
static_assert(refused<either<custom<plain>>, rule::incomplete_custom>);
static_assert(refused<either<custom<int>>, rule::incomplete_custom>);
static_assert(refused<either<custom<no_flag>>, rule::incomplete_custom>);
static_assert(refused<either<custom<no_slope>>, rule::incomplete_custom>);
static_assert(refused<either<custom<double_only>>, rule::incomplete_custom>);
static_assert(wirable<alone<either<custom<by_overloads>>>>);

constexpr auto relu = activation::relu;
static_assert(refused<either<chain()>, rule::chain_length>);
static_assert(refused<either<chain(relu, relu, relu, relu, relu)>, rule::chain_length>);
static_assert(wirable<alone<either<chain(relu, relu, relu, relu)>>>);
static_assert(refused<either<chain(relu, activation::none)>, rule::none_in_chain>);
static_assert(wirable<alone<either<chain(activation::none)>>>);

struct Keeping : Signed {
    static constexpr bool keeps_sign = true;
};
struct E : excitatory<4> {};
struct Signed_E : excitatory<4, signed_rates> {};
struct H : hybrid<4> {};
static_assert(broken_rule<alone<E, edge{.nonlinearity = custom<Signed>}>> == rule::negative_edge_nonlinearity);
static_assert(wirable<alone<E, edge{.nonlinearity = custom<Squared>}>>);
static_assert(wirable<alone<E, edge{.nonlinearity = activation::tanh}>>);  // of what is never negative
static_assert(wirable<alone<Signed_E, edge{.nonlinearity = custom<Signed>}>>);
static_assert(wirable<alone<H, edge{.nonlinearity = custom<Signed>}>>);
template <neuron_class Class>
using from_class =
    area<input<1, 8, 8, Class>, neurons<H>,
         connectivity<from<stimulus, edge{.nonlinearity = custom<Signed>}, 0>, from<H, 1, 1>>, output<3>>;
static_assert(wirable<from_class<neuron_class::inhibitory>>);  // pixels have either sign, whatever their weights
static_assert(wirable<alone<E, edge{.nonlinearity = custom<Keeping>}>>);
static_assert(broken_rule<alone<E, edge{.nonlinearity = chain()}>> == rule::chain_length);
static_assert(broken_rule<alone<E, edge{.nonlinearity = custom<plain>}>> == rule::incomplete_custom);
static_assert(broken_rule<alone<E, 1, output<3, chain(relu, activation::none)>>> == rule::none_in_chain);
static_assert(broken_rule<alone<E, 1, output<3, custom<plain>>>> == rule::incomplete_custom);

struct lower : area<input<1, 8, 8>, feedback_channels<2>, neurons<E>,
                    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>, output<3>> {};
struct upper : area<input<3, 8, 8>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<3>> {};
static_assert(wirable<network<lower, upper, feedback<upper, lower, edge{.nonlinearity = custom<Squared>}>>>);
static_assert(broken_rule<network<lower, upper, feedback<upper, lower, edge{.nonlinearity = chain()}>>> ==
              rule::chain_length);

// The plan carries them.
struct Planned : alone<excites<custom<Squared>>, edge{.nonlinearity = chain(activation::tanh, relu)},
                       output<3, custom<Signed>, fill::uniform>> {};
static_assert(plan_of<Planned>.types[0].nonlinearity == custom<Squared>);
static_assert(plan_of<Planned>.edges[1].nonlinearity == chain(activation::tanh, relu));
static_assert(plan_of<Planned>.areas[0].output_nonlinearity == custom<Signed>);
static_assert(plan_of<Planned>.areas[0].initial_output == fill::uniform);

}  // namespace
