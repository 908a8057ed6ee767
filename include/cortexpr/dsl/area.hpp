#pragma once
// An area: its input, neuron types, wiring and output.
//
//     struct V1 : area<input<1, 28, 28>, neurons<E, I>, connectivity<...>, output<32>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/declared_list.hpp>
#include <cortexpr/dsl/marks.hpp>
#include <cortexpr/dsl/neuron.hpp>
#include <cortexpr/dsl/type_list.hpp>
#include <cortexpr/dsl/verdict.hpp>
#include <cortexpr/dsl/wiring.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace cortexpr {

/// What an area receives at each step: channels, height, width; and the class of the row `stimulus`.
template <int Channels = 0, int Height = 0, int Width = 0, neuron_class Class = neuron_class::hybrid>
struct input {};

/// The area hears feedback: its channels, the class of the row `top_down`, and what is heard at the first step where a
/// run is given nothing.
template <int Channels = 0, neuron_class Class = neuron_class::hybrid, fill Initial = fill::zeros>
struct feedback_channels {};

/// The neuron types of an area, each a struct derived from `excitatory`, `inhibitory` or `hybrid`.
template <class... NeuronTypes>
struct neurons {};

/// What an area sends on: its channels, a nonlinearity after the sum over the sources of the output, and what the
/// output is before the first step, where a run is given none (with area_delay<1> the area above hears it at step 1).
template <int Channels = 0, ActivationFunction auto Function = activation::none, fill Initial = fill::zeros>
struct output {};  // the target of an edge is called to_output, as in weight_of<V1, E, to_output>

/// A row as declared.
struct row_declaration {
    /// Where the row's values come from; `not_in_area` is refused (rule A08).
    enum class source : std::uint8_t { stimulus, top_down, neuron_type, not_in_area };
    source from = source::not_in_area;        ///< its presynaptic source
    int neuron_type = -1;                     ///< index in `neurons`, where the source is one of them
    bool is_row = true;                       ///< false where something else than from<...> stands in the matrix
    std::span<const cell_declaration> cells;  ///< by column: the neuron types in their order, then the output
};

/// The kinds of parts of an area; `unknown` is anything else, which is refused (rule A01).
enum class area_part : std::uint8_t { input, neurons, connectivity, output, feedback_channels, unknown };

/// What one area declares, as plain values over static storage; `check` and `plan` read nothing else.
struct area_declaration {
    std::array<int, 6> parts{};  ///< how often each area_part stands in the declaration
    int unknown_part = -1;       ///< index of the first argument that is no part
    /// The stimulus is (B, input_channels, height, width); all maps of the area have this height and width, but for
    /// those of half-density types.
    int input_channels = 0, height = 0, width = 0;
    neuron_class input_class = neuron_class::hybrid;             ///< the class of the row `stimulus`
    bool hears_feedback = false;                                 ///< whether there is a `feedback_channels` part
    int feedback_channels = 0;                                   ///< channels of the row `top_down`
    neuron_class feedback_class = neuron_class::hybrid;          ///< the class of that row
    fill initial_feedback = fill::zeros;                         ///< what is heard at the first step
    int output_channels = 0;                                     ///< channels of what the area sends on
    activation_function output_nonlinearity = activation::none;  ///< f_out of the equations in docs/design.md
    fill initial_output = fill::zeros;                           ///< what the output is before the first step
    std::span<const neuron_declaration> types;                   ///< in the order of `neurons`
    std::span<const int> first_same_type;          ///< for each type, the index where the same type stands first
    std::span<const std::string_view> type_names;  ///< what tables and files call them
    std::span<const row_declaration> rows;         ///< of the connectivity matrix, as they stand

    /// How many parts of that kind were declared.
    constexpr int count(area_part part) const { return parts[static_cast<std::size_t>(part)]; }
};

template <class... Parts>
struct area;

namespace detail {

template <class Part>
struct area_part_traits {
    static constexpr auto kind = area_part::unknown;
    static constexpr void declare(area_declaration&) {}
};
template <int Channels, int Height, int Width, neuron_class Class>
struct area_part_traits<input<Channels, Height, Width, Class>> {
    static constexpr auto kind = area_part::input;
    static constexpr void declare(area_declaration& area) {
        area.input_channels = Channels;
        area.height = Height;
        area.width = Width;
        area.input_class = Class;
    }
};
template <int Channels, neuron_class Class, fill Initial>
struct area_part_traits<feedback_channels<Channels, Class, Initial>> {
    static constexpr auto kind = area_part::feedback_channels;
    static constexpr void declare(area_declaration& area) {
        area.hears_feedback = true;
        area.feedback_channels = Channels;
        area.feedback_class = Class;
        area.initial_feedback = Initial;
    }
};
template <int Channels, ActivationFunction auto Function, fill Initial>
struct area_part_traits<output<Channels, Function, Initial>> {
    static constexpr auto kind = area_part::output;
    static constexpr void declare(area_declaration& area) {
        area.output_channels = Channels;
        area.output_nonlinearity = Function;
        area.initial_output = Initial;
    }
};

template <class... NeuronTypes>
struct area_part_traits<neurons<NeuronTypes...>> : declared_list<NeuronTypes...> {
    using list = declared_list<NeuronTypes...>;
    static constexpr auto kind = area_part::neurons;
    static constexpr std::array<neuron_declaration, list::size> types{declared_neuron<NeuronTypes>()...};
    static constexpr void declare(area_declaration& area) {
        area.types = types;
        area.type_names = list::names;
        area.first_same_type = list::first_same;
    }
};

template <class Row>
struct row_traits {
    using presynaptic = Row;
    static constexpr bool is_row = false;
    static constexpr std::span<const cell_declaration> cells{};
};
template <class Presynaptic, auto... Cells>
struct row_traits<from<Presynaptic, Cells...>> {
    using presynaptic = Presynaptic;
    static constexpr bool is_row = true;
    static constexpr std::span<const cell_declaration> cells{from<Presynaptic, Cells...>::cells};
};

template <class Neurons, class Row>
consteval row_declaration declared_row() {
    using source = row_declaration::source;
    using presynaptic = typename row_traits<Row>::presynaptic;
    row_declaration row{.is_row = row_traits<Row>::is_row, .cells = row_traits<Row>::cells};
    if constexpr (std::same_as<presynaptic, stimulus>) {
        row.from = source::stimulus;
    } else if constexpr (std::same_as<presynaptic, top_down>) {
        row.from = source::top_down;
    } else {
        row.neuron_type = area_part_traits<Neurons>::template index_of<presynaptic>;
        row.from = row.neuron_type < 0 ? source::not_in_area : source::neuron_type;
    }
    return row;
}

template <class... Rows>
struct area_part_traits<connectivity<Rows...>> {
    static constexpr auto kind = area_part::connectivity;
    static constexpr void declare(area_declaration&) {}

    /// Rows know their sources only together with the neuron types.
    template <class Neurons>
    static constexpr std::array<row_declaration, sizeof...(Rows)> rows{declared_row<Neurons, Rows>()...};
    template <std::size_t Index>
    using presynaptic_at = typename row_traits<type_at<Index, Rows...>>::presynaptic;
    template <std::size_t Index>
    using at = type_at<Index, Rows...>;
};

/// A declaration's values and types, without its rules being enforced.
template <class... Parts>
struct area_reader {
    using verdict = verdict_of<area<Parts...>>;
    /// The first part of a kind, or Default where there is none.
    template <area_part Kind, class Default>
    using first_of = type_at_or<first_true({(area_part_traits<Parts>::kind == Kind)...}), Default, Parts...>;
    using neurons_part = first_of<area_part::neurons, neurons<>>;
    using connectivity_part = first_of<area_part::connectivity, connectivity<>>;
    using output_part = first_of<area_part::output, output<0>>;

    static consteval area_declaration read() {
        area_declaration area{};
        int index = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = area_part_traits<Part>;
            int& times = area.parts[static_cast<std::size_t>(traits::kind)];
            if (times++ == 0) traits::declare(area);
            if (traits::kind == area_part::unknown && area.unknown_part < 0) area.unknown_part = index;
            ++index;
        };
        for_each_type<Parts...>(add);
        area.rows = area_part_traits<connectivity_part>::template rows<neurons_part>;
        return area;
    }
    static constexpr area_declaration declaration = read();

    // From a place in the declaration back to the user's types, for messages.
    template <std::size_t Index>
    using part_at = type_at<Index, Parts...>;
    template <std::size_t Index>
    using neuron_type_at = typename area_part_traits<neurons_part>::template at<Index>;
    template <std::size_t Index>
    using presynaptic_at = typename area_part_traits<connectivity_part>::template presynaptic_at<Index>;
    template <std::size_t Index>
    using row_at = typename area_part_traits<connectivity_part>::template at<Index>;
};

}  // namespace detail

/// An area, made of `input`, `neurons`, `connectivity`, `output` and, where it hears feedback, `feedback_channels`, in
/// any order. Derive a struct from it. Wiring that makes no sense does not compile; `wirable<area<...>>` asks first.
template <class... Parts>
struct area : detail::area_mark {
    using area_parts = detail::area_reader<Parts...>;
    static constexpr bool wired = detail::verdict_of<area>::wired;       ///< whether the declaration keeps all rules
    static_assert(sizeof(typename detail::verdict_of<area>::type) > 0);  // instantiates the error, if there is one
};

namespace detail {

template <class T>
inline constexpr bool is_area_template = false;
template <class... Parts>
inline constexpr bool is_area_template<area<Parts...>> = true;

}  // namespace detail

}  // namespace cortexpr
