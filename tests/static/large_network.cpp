// Plans of 16 areas of 8 neuron types, and of one of 40, stay within the steps that compilers allow one constant.

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

// One area of 40 types, each of which hears all.
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
using Dense = decltype(column_of(std::make_integer_sequence<int, 40>{}));

static_assert(plan_of<Dense>.edges.size() == 40 + 40 * 41);

}  // namespace
