// The rules of networks (W), classifiers and regressors (C), asked without firing an error. Compiling is passing.
#include <cortexpr/dsl.hpp>

#include <limits>

using namespace cortexpr;

namespace {

struct E : excitatory<16> {};
using matrix = connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>;
using matrix_with_feedback = connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>;

struct V1 : area<input<1, 28, 28>, neurons<E>, matrix, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, matrix, output<64>> {};
struct IT : area<input<64, 7, 7>, neurons<E>, matrix, output<64>> {};

static_assert(wirable<network<V1>> && wirable<network<V1, V2>> && wirable<network<V1, V2, IT>>);
static_assert(wirable<network<area_delay<1>, V1, pool<pool_mode::average>, V2>>);

// Parts.
struct only_declared;
class private_area : area<input<32, 14, 14>, neurons<E>, matrix, output<64>> {};
using nameless = area<input<32, 14, 14>, neurons<E>, matrix, output<64>>;
static_assert(broken_rule<network<V1, E>> == rule::unknown_network_part);
static_assert(broken_rule<network<int&>> == rule::unknown_network_part);
static_assert(broken_rule<network<void, V1>> == rule::unknown_network_part);
static_assert(broken_rule<network<V1, classes<10>>> == rule::unknown_network_part);
static_assert(broken_rule<network<network<V1>, V2>> == rule::unknown_network_part);
static_assert(broken_rule<network<V1, only_declared>> == rule::incomplete_area);
static_assert(broken_rule<network<V1, private_area>> == rule::area_inheritance);
static_assert(broken_rule<network<V1, nameless>> == rule::underived_area);
static_assert(broken_rule<network<V1, pool<pool_mode::max>, pool<pool_mode::max>>> == rule::repeated_network_part);
static_assert(broken_rule<network<V1, area_delay<0>, area_delay<1>>> == rule::repeated_network_part);
static_assert(broken_rule<network<>> == rule::no_areas);
static_assert(broken_rule<network<pool<pool_mode::max>>> == rule::no_areas);
static_assert(broken_rule<network<V1, area_delay<2>>> == rule::area_delay);
static_assert(broken_rule<network<V1, area_delay<-1>>> == rule::area_delay);

// Areas among each other. The same neuron type in two areas is two populations of one kind.
struct V2_again : V2 {};
namespace right {
struct IT : area<input<64, 7, 7>, neurons<E>, matrix, output<64>> {};
}  // namespace right
static_assert(broken_rule<network<V1, V2, IT, IT>> == rule::repeated_area);
static_assert(broken_rule<network<V1, V2, IT, right::IT>> == rule::repeated_area_name);
static_assert(broken_rule<network<V1, IT>> == rule::channels_between_areas);
static_assert(broken_rule<network<V2, V1>> == rule::channels_between_areas);
static_assert(broken_rule<network<V1, V2, V2_again>> == rule::channels_between_areas);

// Maps are resized between areas, whichever way, also when one side shrinks and the other grows.
struct Wide : area<input<32, 7, 50>, neurons<E>, matrix, output<8>> {};
struct Large : area<input<32, 60, 60>, neurons<E>, matrix, output<8>> {};
static_assert(wirable<network<V1, Wide>> && wirable<network<V1, Large>>);

// Feedback.
struct F1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>, matrix_with_feedback, output<32>> {};
struct F2 : area<input<32, 5, 28>, feedback_channels<6>, neurons<E>, matrix_with_feedback, output<64>> {};
static_assert(wirable<network<F1, V2, feedback<V2, F1>>>);
static_assert(wirable<network<F1, V2, IT, feedback<IT, F1>, feedback<V2, F1, edge{.extent = {5, 5}, .bias = false}>>>);
static_assert(wirable<network<F1, F2, IT, feedback<IT, F2>, feedback<F2, F1>>>);
static_assert(broken_rule<network<F1, V2, feedback<IT, F1>>> == rule::unknown_feedback_area);
static_assert(broken_rule<network<F1, V2, feedback<V2, E>>> == rule::unknown_feedback_area);
static_assert(broken_rule<network<F1, V2, feedback<>>> == rule::unknown_feedback_area);
static_assert(broken_rule<network<F1, V2, feedback<F1, V2>>> == rule::feedback_direction);
static_assert(broken_rule<network<F1, V2, feedback<F1, F1>>> == rule::feedback_direction);
static_assert(broken_rule<network<V1, V2, feedback<V2, V1>>> == rule::unheard_feedback);
static_assert(broken_rule<network<F1, V2>> == rule::missing_feedback);
static_assert(broken_rule<network<F1>> == rule::missing_feedback);
static_assert(broken_rule<network<F1, F2, IT, feedback<IT, F1>>> == rule::missing_feedback);
static_assert(broken_rule<network<F1, V2, feedback<V2, F1>, feedback<V2, F1>>> == rule::repeated_feedback);
static_assert(broken_rule<network<F1, V2, feedback<V2, F1, edge{.groups = 2}>>> == rule::feedback_groups);
static_assert(broken_rule<network<F1, V2, feedback<V2, F1, edge{.groups = 0}>>> == rule::feedback_groups);

// Its extent follows the rules of edges, on the map of the area that hears it.
template <int Height, int Width>
using to_f2 = network<F1, F2, IT, feedback<F2, F1>, feedback<IT, F2, edge{.extent = {Height, Width}}>>;
static_assert(wirable<to_f2<5, 27>>);
static_assert(broken_rule<to_f2<0, 1>> == rule::small_extent);
static_assert(broken_rule<to_f2<3, 4>> == rule::even_extent);
static_assert(broken_rule<to_f2<7, 7>> == rule::large_extent);

// Classifiers.
struct Visual : network<V1, V2> {};
class private_network : network<V1> {};
static_assert(wirable<classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>>>);
static_assert(wirable<classifier<Visual, dropout<0.0>, classes<2>>>);
static_assert(broken_rule<classifier<>> == rule::not_a_network);
static_assert(broken_rule<classifier<int>> == rule::not_a_network);
static_assert(broken_rule<classifier<V1, classes<10>>> == rule::not_a_network);
static_assert(broken_rule<classifier<classes<10>, network<V1>>> == rule::not_a_network);
static_assert(broken_rule<classifier<only_declared, classes<10>>> == rule::not_a_network);
static_assert(broken_rule<classifier<private_network, classes<10>>> == rule::network_inheritance);

template <class... Parts>
using head = classifier<Visual, Parts...>;
static_assert(broken_rule<head<V2, classes<10>>> == rule::unknown_classifier_part);
static_assert(broken_rule<head<classes<10>, int&>> == rule::unknown_classifier_part);
static_assert(broken_rule<head<classes<10>, classes<10>>> == rule::repeated_classifier_part);
static_assert(broken_rule<head<classes<10>, dropout<0.1>, dropout<0.2>>> == rule::repeated_classifier_part);
static_assert(broken_rule<head<>> == rule::missing_classes);
static_assert(broken_rule<head<hidden<256>>> == rule::missing_classes);
static_assert(broken_rule<head<classes<>>> == rule::few_classes);
static_assert(broken_rule<head<classes<1>>> == rule::few_classes);
static_assert(broken_rule<head<classes<-10>>> == rule::few_classes);
static_assert(broken_rule<head<classes<1'000'001>>> == rule::few_classes);
static_assert(broken_rule<head<classes<10>, hidden<0>>> == rule::hidden_units);
static_assert(broken_rule<head<classes<10>, hidden<2'000'000'000>>> == rule::hidden_units);

template <auto Probability>
using dropping = head<classes<10>, dropout<Probability>>;
using limits = std::numeric_limits<double>;
static_assert(wirable<dropping<0.0>> && wirable<dropping<0.999>>);
static_assert(broken_rule<dropping<1.0>> == rule::dropout_range);
static_assert(broken_rule<dropping<-0.1>> == rule::dropout_range);
static_assert(broken_rule<dropping<limits::quiet_NaN()>> == rule::dropout_range);
static_assert(broken_rule<dropping<limits::infinity()>> == rule::dropout_range);
static_assert(broken_rule<dropping<activation::relu>> == rule::dropout_range);
static_assert(broken_rule<dropping<extent{}>> == rule::dropout_range);
static_assert(broken_rule<dropping<nullptr>> == rule::dropout_range);

template <int Height, int Width>
using pooled = head<classes<10>, readout_pool<pool_mode::average, Height, Width>>;
static_assert(wirable<pooled<1, 1>> && wirable<pooled<14, 14>>);
static_assert(broken_rule<pooled<0, 1>> == rule::small_readout_pool);
static_assert(broken_rule<pooled<4, -4>> == rule::small_readout_pool);
static_assert(broken_rule<pooled<15, 1>> == rule::large_readout_pool);
static_assert(broken_rule<pooled<1, 28>> == rule::large_readout_pool);

template <class... Parts>
using fitting = regressor<Visual, Parts...>;
static_assert(wirable<fitting<targets<1>>> && wirable<fitting<dropout<0.1>, targets<3>, hidden<8>>>);
static_assert(broken_rule<regressor<>> == rule::not_a_network);
static_assert(broken_rule<regressor<V1, targets<1>>> == rule::not_a_network);
static_assert(broken_rule<fitting<>> == rule::missing_targets);
static_assert(broken_rule<fitting<hidden<8>>> == rule::missing_targets);
static_assert(broken_rule<fitting<targets<>>> == rule::few_targets);
static_assert(broken_rule<fitting<targets<-1>>> == rule::few_targets);
static_assert(broken_rule<fitting<targets<1'000'001>>> == rule::few_targets);
static_assert(broken_rule<fitting<classes<2>>> == rule::unknown_regressor_part);
static_assert(broken_rule<fitting<targets<2>, classes<2>>> == rule::unknown_regressor_part);
static_assert(broken_rule<fitting<targets<2>, targets<2>>> == rule::repeated_classifier_part);
static_assert(broken_rule<fitting<targets<2>, hidden<0>>> == rule::hidden_units);
static_assert(broken_rule<head<targets<2>>> == rule::unknown_classifier_part);
static_assert(broken_rule<head<classes<2>, targets<2>>> == rule::unknown_classifier_part);

struct Position : fitting<targets<2>, hidden<8>> {};
static_assert(wirable<Position> && plan_of<Position>.is_regressor() && !plan_of<Position>.is_classifier());
static_assert(plan_of<Position>.readout.classes == 2 && plan_of<Position>.readout.hidden == 8);
struct Ten : head<classes<10>> {};
static_assert(plan_of<Ten>.is_classifier() && !plan_of<Ten>.is_regressor());

// A user's members may have any name; the rules hold all the same.
struct Own : area<input<1, 28, 28>, neurons<E>, matrix, output<32>> {
    [[maybe_unused]] static constexpr bool wired = false;
    int count = 3;
};
struct Own_network : network<Own> {
    int wired = 3;
};
static_assert(broken_rule<classifier<Own_network, classes<10>, dropout<7>>> == rule::dropout_range);
struct Own_digits : classifier<Own_network, classes<10>> {
    bool wired;
};
static_assert(wirable<Own_digits> &&
              parameter_count<Own_digits> == parameter_count<classifier<network<V1>, classes<10>>>);

// A struct of two kinds of declarations is none; one that broke a rule has said so.
struct Eye_cells : excitatory_cells<> {};
using eye = connectome<cells<Eye_cells>, synapses<as_in_the_file>, stimulus_to<Eye_cells>, output_from<Eye_cells>>;
struct Area_and_eye : V1, eye {};
struct Network_and_eye : network<V1>, eye {};
struct Network_and_area : network<V1>, V1 {};
static_assert(broken_rule<network<Area_and_eye>> == rule::area_inheritance);
static_assert(broken_rule<classifier<Network_and_eye, classes<10>>> == rule::network_inheritance);
static_assert(broken_rule<classifier<Network_and_area, classes<10>>> == rule::network_inheritance);

}  // namespace
