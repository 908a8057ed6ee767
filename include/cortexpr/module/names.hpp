#pragma once
// From the user's names of areas, neuron types, edges and feedback to indices in the plan, at compile time. A name that
// the network hasn't does not compile. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl.hpp>
#include <cortexpr/module/probe_rules.hpp>

namespace cortexpr {

/// The target of an edge that is the area's output, as in weight_of<V1, E, to_output>.
struct to_output {};

/// The convolution of an edge: area, source (a neuron type, stimulus or top_down), target (a neuron type or to_output).
/// In a network of one area the area may be left out. Or that of a feedback: weight_of<feedback<V2, V1>>. The pack is
/// named for who writes `output` for `to_output`: no rule can speak there, but compilers show the name.
template <class... NamesWithToOutput>
struct weight_of {};

/// The bias of the same.
template <class... NamesWithToOutput>
struct bias_of {};

/// The time constants of a neuron type: tau_of<V1, E>.
template <class... Names>
struct tau_of {};

namespace detail {

template <class Declared>
using network_parts_of = typename plan::lowered_parts<Declared>::network_parts;

/// Whether it is `output` or one with arguments, the part of a declaration.
template <class>
inline constexpr bool is_output_part = false;
template <int Channels, ActivationFunction auto Function, fill Initial>
inline constexpr bool is_output_part<output<Channels, Function, Initial>> = true;

/// Index of the area, or -1.
template <class Declared, class Area>
inline constexpr int area_index = network_parts_of<Declared>::template find<Area>();

template <class Declared>
inline constexpr bool has_one_area = network_parts_of<Declared>::area_count == 1;

template <class Declared>
using first_area = typename network_parts_of<Declared>::template area_at<0>;

/// Index of the neuron type in the whole network, or -1.
template <class Declared, class Area, class NeuronType>
consteval int type_index() {
    if constexpr (area_index<Declared, Area> < 0) {
        return -1;
    } else {
        constexpr int found = area_part_traits<typename Area::area_parts::neurons_part>::template index_of<NeuronType>;
        return found < 0 ? -1 : plan_of<Declared>.areas[area_index<Declared, Area>].first_type + found;
    }
}

/// What a lookup found: an index, or the error to fire.
template <class Error, int Index = 0>
struct lookup {
    using error = Error;
    static constexpr bool found = std::same_as<Error, nothing_to_say>;
    static constexpr int index = Index;
};
template <int Index>
using found_at = lookup<nothing_to_say, Index>;

/// An area, by name or, where there is only one, without.
template <class Declared, class... Names>
struct area_lookup : lookup<errors::P03_incomplete_name<Declared, Names...>> {};
template <class Declared, class Area>
struct area_lookup<Declared, Area>
    : std::conditional_t<(area_index<Declared, Area> >= 0), found_at<area_index<Declared, Area>>,
                         lookup<errors::P01_unknown_area<Declared, Area>>> {
    using area = Area;
};
template <class Declared>
requires has_one_area<Declared>
struct area_lookup<Declared> : found_at<0> {
    using area = first_area<Declared>;
};

template <class Declared, class... Names>
struct type_lookup : lookup<errors::P03_incomplete_name<Declared, Names...>> {};
template <class Declared, class Area, class NeuronType>
struct type_lookup<Declared, Area, NeuronType>
    : std::conditional_t<(area_index<Declared, Area> < 0), lookup<errors::P01_unknown_area<Declared, Area>>,
                         std::conditional_t<(type_index<Declared, Area, NeuronType>() < 0),
                                            lookup<errors::P02_unknown_neuron_type<Area, NeuronType>>,
                                            found_at<type_index<Declared, Area, NeuronType>()>>> {};
template <class Declared, class NeuronType>
requires has_one_area<Declared>
struct type_lookup<Declared, NeuronType> : type_lookup<Declared, first_area<Declared>, NeuronType> {
};

/// Index of the edge in the plan, or -1.
template <class Declared, class Area, class Source, class Target>
consteval int edge_index() {
    using source = plan::edge::source;
    constexpr auto from = std::same_as<Source, stimulus>   ? source::stimulus
                          : std::same_as<Source, top_down> ? source::top_down
                                                           : source::neuron_type;
    constexpr int presynaptic = type_index<Declared, Area, Source>();
    constexpr int postsynaptic = type_index<Declared, Area, Target>();
    if (from == source::neuron_type && presynaptic < 0) return -1;
    if (!std::same_as<Target, to_output> && postsynaptic < 0) return -1;
    const auto& edges = plan_of<Declared>.edges;
    for (std::size_t i = 0; i < edges.size(); ++i)
        if (edges[i].area == area_index<Declared, Area> && edges[i].from == from &&
            edges[i].presynaptic == presynaptic && edges[i].postsynaptic == postsynaptic)
            return static_cast<int>(i);
    return -1;
}

template <class Area, class Source, class Target>
using no_edge = std::conditional_t<is_output_part<Target>, errors::P27_output_instead_of_to_output<Area, Source>,
                                   errors::P04_unknown_edge<Area, Source, Target>>;

template <class Declared, class... Names>
struct edge_lookup : lookup<errors::P03_incomplete_name<Declared, Names...>> {};
template <class Declared, class Area, class Source, class Target>
struct edge_lookup<Declared, Area, Source, Target>
    : std::conditional_t<
          (area_index<Declared, Area> < 0), lookup<errors::P01_unknown_area<Declared, Area>>,
          std::conditional_t<(edge_index<Declared, Area, Source, Target>() < 0), lookup<no_edge<Area, Source, Target>>,
                             found_at<edge_index<Declared, Area, Source, Target>()>>> {};
template <class Declared, class Source, class Target>
requires has_one_area<Declared>
struct edge_lookup<Declared, Source, Target> : edge_lookup<Declared, first_area<Declared>, Source, Target> {
};

/// Index of the feedback edge in the plan, or -1.
template <class Declared, class From, class To>
consteval int feedback_index() {
    const auto& edges = plan_of<Declared>.feedback;
    for (std::size_t i = 0; i < edges.size(); ++i)
        if (edges[i].from == area_index<Declared, From> && edges[i].to == area_index<Declared, To>)
            return static_cast<int>(i);
    return -1;
}

/// A parameter by its typed name.
template <class Declared, class Name>
struct parameter_lookup : lookup<errors::P12_not_a_parameter<Name>> {};

template <class Declared, class... Names>
struct parameter_lookup<Declared, tau_of<Names...>> {
    using type = type_lookup<Declared, Names...>;
    using error = typename type::error;
    static constexpr bool found = type::found;
    static constexpr int index = plan_of<Declared>.types[type::index].tau_parameter;
};

template <class Declared, class... Names>
struct parameter_lookup<Declared, weight_of<Names...>> {
    using edge = edge_lookup<Declared, Names...>;
    using error = typename edge::error;
    static constexpr bool found = edge::found;
    static constexpr int index = plan_of<Declared>.edges[edge::index].weight;
};

template <class Declared, class... Names>
struct parameter_lookup<Declared, bias_of<Names...>> {
    using edge = edge_lookup<Declared, Names...>;
    static constexpr int index = plan_of<Declared>.edges[edge::index].bias;
    static constexpr bool found = edge::found && index >= 0;
    using error = std::conditional_t <
                  edge::found&& index<0, errors::P05_no_bias<weight_of<Names...>, Declared>, typename edge::error>;
};

template <class Declared, template <class...> class Part, class From, class To, cortexpr::edge With>
struct feedback_parameter {
    static constexpr int edge = feedback_index<Declared, From, To>();
    static constexpr bool is_weight = std::same_as<Part<>, weight_of<>>;
    static constexpr int index = [] {
        if (edge < 0) return -1;
        const auto& found = plan_of<Declared>.feedback[edge < 0 ? 0 : edge];
        return is_weight ? found.weight : found.bias;
    }();
    static constexpr bool found = index >= 0;
    using error = std::conditional_t<found, nothing_to_say,
                                     std::conditional_t<(edge < 0), errors::P06_unknown_feedback<From, To>,
                                                        errors::P05_no_bias<feedback<From, To>, Declared>>>;
};
template <class Declared, class From, class To, cortexpr::edge With>
struct parameter_lookup<Declared, weight_of<feedback<From, To, With>>>
    : feedback_parameter<Declared, weight_of, From, To, With> {};
template <class Declared, class From, class To, cortexpr::edge With>
struct parameter_lookup<Declared, bias_of<feedback<From, To, With>>>
    : feedback_parameter<Declared, bias_of, From, To, With> {};

// Errors fire in classes and not in functions: Clang takes a function with a refused static_assert in it for no
// constant expression, which would be a second error.
template <class Declared, template <class, class...> class Lookup, class... Names>
struct looking_up {
    using result = Lookup<Declared, Names...>;
    static_assert(sizeof(typename result::error) > 0);
    static constexpr int index = result::found ? result::index : -1;
};
template <class Declared, template <class, class...> class Lookup, class... Names>
requires(!is_wired<Declared>) struct looking_up<Declared, Lookup, Names...> {
    static constexpr int index = -1;
};

/// The index of what was looked up. Where there is none: fires the error that says why, and gives -1. A network that
/// was itself refused has said so already.
template <class Declared, template <class, class...> class Lookup, class... Names>
inline constexpr int looked_up = looking_up<Declared, Lookup, Names...>::index;

/// The same question without an error. A refused network has no names, and the parameters of a connectome have none.
template <class Declared, template <class, class...> class Lookup, class... Names>
consteval bool is_found() {
    if constexpr (is_wired<Declared> && !IsOfConnectome<Declared>) return Lookup<Declared, Names...>::found;
    return false;
}

template <class Declared>
using cells_of_declared = typename plan::detail::declared_network<Declared>::type::connectome_parts::cells_list;

/// A cell type of a connectome, which is named by itself alone.
template <class Declared, class... Names>
inline constexpr bool names_cell_type = false;
template <class Declared, class CellType>
requires IsOfConnectome<Declared>
inline constexpr bool names_cell_type<Declared, CellType> =
    is_wired<Declared> && cells_of_declared<Declared>::template index_of<CellType> >= 0;

}  // namespace detail

/// Whether the network has this neuron type, asked without firing an error: names_type<Digits, V1, E>, or, in a network
/// of one area, names_type<Digits, E>; whether a connectome has this cell type: names_type<Motion, T4a>.
template <class Declared, class... Names>
inline constexpr bool names_type =
    detail::is_found<Declared, detail::type_lookup, Names...>() || detail::names_cell_type<Declared, Names...>;

/// Whether the network has this parameter: names_parameter<Digits, weight_of<V1, E, I>>. False of a connectome.
template <class Declared, class Name>
inline constexpr bool names_parameter = detail::is_found<Declared, detail::parameter_lookup, Name>();

}  // namespace cortexpr
