// The rules of edges (E), asked without firing an error. Compiling is passing.
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

namespace {

struct E : excitatory<16> {};
struct I : inhibitory<12> {};
struct S : inhibitory<4, half_density> {};

/// The cell stands in the edge from E to I, in an area that is well wired but for it.
template <auto Cell, int Height = 28, int Width = 28>
using e_to_i = area<input<1, Height, Width>, neurons<E, I>,
                    connectivity<from<stimulus, edge{.extent = {1, 1}}, 0, 0>, from<E, 0, Cell, edge{.extent = {1, 1}}>,
                                 from<I, edge{.extent = {1, 1}}, 0, 0>>,
                    output<32>>;

template <auto Cell, rule Rule>
inline constexpr bool refused = !wirable<e_to_i<Cell>> && broken_rule<e_to_i<Cell>> == Rule;

// Cells that are no edge.
static_assert(wirable<e_to_i<1>> && wirable<e_to_i<true>> && wirable<e_to_i<1u>> && wirable<e_to_i<edge{}>>);
static_assert(refused<-1, rule::negative_cell>);
static_assert(refused<-5L, rule::negative_cell>);
static_assert(refused<2, rule::other_number>);
static_assert(refused<'1', rule::other_number>);
static_assert(refused<1.0, rule::not_a_cell>);
static_assert(refused<0.5F, rule::not_a_cell>);
static_assert(refused<nullptr, rule::not_a_cell>);
static_assert(refused<extent{3, 3}, rule::not_a_cell>);
static_assert(refused<activation::tanh, rule::not_a_cell>);

// Extents: odd, at least 1, no larger than the map.
constexpr edge extended(int height, int width) { return {.extent = {height, width}}; }
static_assert(refused<extended(0, 3), rule::small_extent>);
static_assert(refused<extended(3, -1), rule::small_extent>);
static_assert(refused<extended(2, 3), rule::even_extent>);
static_assert(refused<extended(3, 28), rule::even_extent>);
static_assert(refused<extended(29, 1), rule::large_extent>);
static_assert(wirable<e_to_i<extended(27, 1)>> && wirable<e_to_i<extended(1, 7)>>);
static_assert(wirable<e_to_i<extended(29, 29), 29, 29>>);
static_assert(broken_rule<e_to_i<extended(3, 3), 2, 28>> == rule::large_extent);
static_assert(broken_rule<e_to_i<1, 28, 2>> == rule::large_extent);  // the default extent is 3 x 3
static_assert(wirable<e_to_i<1, 3, 3>>);

// Half density: the half grid counts from one half-density type to another only.
template <edge ToS, edge FromS, edge Own>
using with_sparse =
    area<input<1, 8, 8>, neurons<E, S>,
         connectivity<from<stimulus, 1, ToS, 0>, from<E, 1, ToS, 1>, from<S, FromS, Own, FromS>>, output<32>>;
static_assert(wirable<with_sparse<extended(7, 7), extended(7, 7), extended(3, 3)>>);
static_assert(broken_rule<with_sparse<extended(1, 1), extended(1, 1), extended(5, 3)>> == rule::large_extent);
static_assert(broken_rule<with_sparse<extended(9, 9), extended(1, 1), extended(1, 1)>> == rule::large_extent);
static_assert(broken_rule<with_sparse<extended(1, 1), extended(9, 9), extended(1, 1)>> == rule::large_extent);

// Groups divide the channels at both ends, 16 and 12.
constexpr edge grouped(int groups) { return {.groups = groups}; }
static_assert(wirable<e_to_i<grouped(1)>> && wirable<e_to_i<grouped(2)>> && wirable<e_to_i<grouped(4)>>);
static_assert(refused<grouped(0), rule::few_groups>);
static_assert(refused<grouped(-4), rule::few_groups>);
static_assert(refused<grouped(3), rule::groups_of_source>);
static_assert(refused<grouped(5), rule::groups_of_source>);
static_assert(refused<grouped(8), rule::groups_of_target>);
static_assert(refused<grouped(16), rule::groups_of_target>);

// At the ends that are no neuron types: a stimulus of 6 channels, feedback of 4, an output of 10.
template <int OfStimulus, int OfFeedback, int OfOutput>
using outer = area<input<6, 8, 8>, feedback_channels<4>, neurons<E>,
                   connectivity<from<stimulus, grouped(OfStimulus), 0>, from<top_down, grouped(OfFeedback), 0>,
                                from<E, 1, grouped(OfOutput)>>,
                   output<10>>;
static_assert(wirable<outer<2, 4, 2>>);
static_assert(broken_rule<outer<4, 1, 1>> == rule::groups_of_source);
static_assert(broken_rule<outer<3, 1, 1>> == rule::groups_of_target);
static_assert(broken_rule<outer<1, 8, 1>> == rule::groups_of_source);
static_assert(broken_rule<outer<1, 1, 4>> == rule::groups_of_target);
static_assert(broken_rule<outer<1, 1, 5>> == rule::groups_of_source);

}  // namespace
