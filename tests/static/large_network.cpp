// Plans of 16 areas of 8 neuron types, of one of 60, of 465 parts, and of 200 cell types stay within the steps that
// compilers allow one constant.

#include <cortexpr/dsl.hpp>

#include <string_view>
#include <type_traits>
#include <utility>

using namespace cortexpr;

namespace {

template <int Area, int Type>
struct E : excitatory<8> {};
template <int Area, int Type>
struct I : inhibitory<8> {};

template <int Area, int Type>
using row = from<E<Area, Type>, 1, 1, 1, 1, 1, 1, 1, 1, 1>;
template <int Area, int Type>
using inhibitory_row = from<I<Area, Type>, 1, 1, 1, 1, 1, 1, 1, 1, 1>;

template <int Area>
struct V : area<input<8, 28, 28>,
                neurons<E<Area, 0>, E<Area, 1>, E<Area, 2>, E<Area, 3>, I<Area, 0>, I<Area, 1>, I<Area, 2>, I<Area, 3>>,
                connectivity<from<stimulus, 1, 1, 1, 1, 1, 1, 1, 1, 0>, row<Area, 0>, row<Area, 1>, row<Area, 2>,
                             row<Area, 3>, inhibitory_row<Area, 0>, inhibitory_row<Area, 1>, inhibitory_row<Area, 2>,
                             inhibitory_row<Area, 3>>,
                output<8>> {};

template <int... Areas>
network<V<Areas>...> hierarchy_of(std::integer_sequence<int, Areas...>);
struct Brain : decltype(hierarchy_of(std::make_integer_sequence<int, 16>{})) {};

static_assert(plan_of<Brain>.edges.size() == 16 * (8 + 8 * 9));
static_assert(std::string_view(plan_of<Brain>.parameters.back().name) == "areas.15.tau.7");

// One area of 60 types, each of which hears all.
template <int Type>
struct Cells : excitatory<2> {};
template <int>
using whoever = std::integral_constant<int, 1>;
template <int Source, int... Targets>
using dense_row = from<Cells<Source>, whoever<Targets>::value..., 1>;
template <int... Types>
struct Column
    : area<input<1, 8, 8>, neurons<Cells<Types>...>,
           connectivity<from<stimulus, whoever<Types>::value..., 0>, dense_row<Types, Types...>...>, output<4>> {};
template <int... Types>
Column<Types...> column_of(std::integer_sequence<int, Types...>);
struct Dense : decltype(column_of(std::make_integer_sequence<int, 60>{})) {};

static_assert(plan_of<Dense>.edges.size() == 60 + 60 * 61);

// 30 areas, and feedback from each later to each earlier one: more parts than an expression may have operands.
constexpr int levels = 30;
struct Unit : excitatory<2> {};
template <int Level>
struct Deep : area<input<2, 8, 8>, feedback_channels<2>, neurons<Unit>,
                   connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<Unit, 1, 1>>, output<2>> {};
struct Top : area<input<2, 8, 8>, neurons<Unit>, connectivity<from<stimulus, 1, 0>, from<Unit, 1, 1>>, output<2>> {};
template <int Level>
using level = std::conditional_t<Level + 1 == levels, Top, Deep<Level>>;
/// The areas of the Index-th pair of a later and an earlier one.
constexpr std::pair<int, int> pair_at(int index) {
    int later = 1;
    for (; index >= later; ++later) index -= later;
    return {later, index};
}
template <int... Levels, int... Pairs>
network<level<Levels>..., feedback<level<pair_at(Pairs).first>, level<pair_at(Pairs).second>>...> fed_back(
    std::integer_sequence<int, Levels...>, std::integer_sequence<int, Pairs...>);
struct Loops : decltype(fed_back(std::make_integer_sequence<int, levels>{},
                                 std::make_integer_sequence<int, levels*(levels - 1) / 2>{})) {};
static_assert(plan_of<Loops>.areas.size() == levels && plan_of<Loops>.feedback.size() == 435);

// 200 cell types, each of which may have synapses onto all.
template <int Type>
struct Single : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::none>> {};
template <class Source, class List>
struct onto_all;
template <class Source, int... Types>
struct onto_all<Source, std::integer_sequence<int, Types...>> {
    using type = projects<Source, Single<Types>...>;
};
template <int... Types>
connectome<cells<Single<Types>...>,
           synapses<typename onto_all<Single<Types>, std::integer_sequence<int, Types...>>::type...>,
           stimulus_to<Single<0>>, output_from<Single<1>>>
    all_to_all(std::integer_sequence<int, Types...>);
struct Brainlike : decltype(all_to_all(std::make_integer_sequence<int, 200>{})) {};
static_assert(plan_of<Brainlike>.connections.size() == 200 * 200);

}  // namespace
