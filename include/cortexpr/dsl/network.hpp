#pragma once
// A network: areas from the lowest up, and feedback from later to earlier areas.
//
//     struct Visual : network<V1, V2, IT, feedback<IT, V1>, pool<pool_mode::max>, area_delay<1>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/area.hpp>
#include <cortexpr/dsl/marks.hpp>
#include <cortexpr/dsl/type_list.hpp>
#include <cortexpr/dsl/verdict.hpp>

namespace cortexpr {

/// Feedback from a later area's output to an earlier area: resized bilinearly, convolved, heard at the next step.
template <class From = void, class To = void, edge With = edge{}>
struct feedback {};

/// How maps shrink between areas. Default: max.
template <pool_mode Mode>
struct pool {};

/// The number of steps by which an area hears the one below it late: 0 (default) or 1.
template <int Steps>
struct area_delay {};

/// A feedback edge as declared: indices of the areas in the network, -1 for one that it hasn't.
struct feedback_declaration {
    /// The later area, which sends its output, and the earlier one, which hears it.
    int from = -1, to = -1;
    edge with{};  ///< its convolution
};

/// The kinds of parts of a network; `unknown` is anything else, which is refused (rule W01).
enum class network_part : std::uint8_t { area, feedback, pool, area_delay, unknown };

/// What a network declares, as plain values over static storage.
struct network_declaration {
    std::array<int, 5> parts{};       ///< how often each network_part stands in the declaration
    int unknown_part = -1;            ///< index of the first argument that is no part
    bool unknown_is_complete = true;  ///< false where that part is declared, but not yet defined
    bool unknown_inherits = true;     ///< false where it derives from an area, but privately
    int underived_area = -1;          ///< index of the first part that is an area<...> and no struct derived from it
    pool_mode pool = pool_mode::max;  ///< how an output map shrinks to the grid of the next area
    int area_delay = 0;               ///< steps by which an area hears the one below it late
    std::span<const area_declaration* const> areas;  ///< from the stimulus up
    std::span<const std::string_view> area_names;    ///< what tables and files call them
    std::span<const int> first_same_area;            ///< for each area, the index where the same area stands first
    std::span<const int> area_parts;                 ///< for each area, its index among all parts
    std::span<const feedback_declaration> feedback;  ///< in the order of the declaration
    std::span<const int> feedback_parts;             ///< for each feedback edge, its index among all parts
    bool areas_wired = true;  ///< false where an area's own rules failed: nothing more is said then

    /// How many parts of that kind were declared.
    constexpr int count(network_part part) const { return parts[static_cast<std::size_t>(part)]; }
};

template <class... Parts>
struct network;

namespace detail {

template <class Part>
struct network_part_traits {
    static constexpr auto kind = DeclaresArea<Part> ? network_part::area : network_part::unknown;
    static constexpr void declare(network_declaration&) {}
};
template <class From, class To, edge With>
struct network_part_traits<feedback<From, To, With>> {
    using from = From;
    using to = To;
    static constexpr auto kind = network_part::feedback;
    static constexpr edge with = With;
    static constexpr void declare(network_declaration&) {}
};
template <pool_mode Mode>
struct network_part_traits<pool<Mode>> {
    static constexpr auto kind = network_part::pool;
    static constexpr void declare(network_declaration& network) { network.pool = Mode; }
};
template <int Steps>
struct network_part_traits<area_delay<Steps>> {
    static constexpr auto kind = network_part::area_delay;
    static constexpr void declare(network_declaration& network) { network.area_delay = Steps; }
};

/// A declaration's values and types, without its rules being enforced.
template <class... Parts>
struct network_reader {
    using verdict = verdict_of<network<Parts...>>;
    static constexpr std::array<network_part, sizeof...(Parts)> kinds{network_part_traits<Parts>::kind...};

    static consteval std::size_t count(network_part kind) {
        std::size_t found = 0;
        for (const network_part one : kinds) found += one == kind;
        return found;
    }
    static constexpr std::size_t area_count = count(network_part::area);
    static constexpr std::size_t feedback_count = count(network_part::feedback);

    struct tables {
        std::array<const area_declaration*, area_count> areas{};
        std::array<std::string_view, area_count> names{};
        std::array<int, area_count> first_same{}, area_parts{};
        std::array<feedback_declaration, feedback_count> feedback{};
        std::array<int, feedback_count> feedback_parts{};
        bool wired = true;
    };

    /// Index of T among the areas, or -1.
    template <class T>
    static consteval int find() {
        const int part = index_among<T, Parts...>();
        if (part < 0 || kinds[static_cast<std::size_t>(part)] != network_part::area) return -1;
        int index = 0;
        for (int before = 0; before < part; ++before)
            index += kinds[static_cast<std::size_t>(before)] == network_part::area;
        return index;
    }

    static consteval tables tabulate() {
        tables all;
        std::size_t area = 0, edge = 0;
        int part = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = network_part_traits<Part>;
            if constexpr (traits::kind == network_part::area) {
                all.areas[area] = &Part::area_parts::declaration;
                all.names[area] = type_name<Part>;
                all.first_same[area] = find<Part>();
                all.area_parts[area++] = part;
                all.wired = all.wired && Part::area_parts::verdict::wired;
            } else if constexpr (traits::kind == network_part::feedback) {
                all.feedback[edge] = {find<typename traits::from>(), find<typename traits::to>(), traits::with};
                all.feedback_parts[edge++] = part;
            }
            ++part;
        };
        for_each_type<Parts...>(add);
        return all;
    }
    static constexpr tables tabulated = tabulate();

    static consteval network_declaration read() {
        network_declaration network{.areas = tabulated.areas,
                                    .area_names = tabulated.names,
                                    .first_same_area = tabulated.first_same,
                                    .area_parts = tabulated.area_parts,
                                    .feedback = tabulated.feedback,
                                    .feedback_parts = tabulated.feedback_parts,
                                    .areas_wired = tabulated.wired};
        int index = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = network_part_traits<Part>;
            int& times = network.parts[static_cast<std::size_t>(traits::kind)];
            if (times++ == 0) traits::declare(network);
            if (is_area_template<Part> && network.underived_area < 0) network.underived_area = index;
            if constexpr (IsRefusedNetwork<Part>) {
                network.areas_wired = false;  // it has said what is wrong
            } else if constexpr (traits::kind == network_part::unknown) {
                if (network.unknown_part < 0) {
                    network.unknown_part = index;
                    network.unknown_is_complete = !std::is_class_v<Part> || Complete<Part>;
                    if constexpr (std::is_class_v<Part> && Complete<Part>)
                        network.unknown_inherits = !std::is_base_of_v<area_mark, Part>;
                }
            }
            ++index;
        };
        for_each_type<Parts...>(add);
        return network;
    }
    static constexpr network_declaration declaration = read();

    template <std::size_t Index>
    using part_at = type_at<Index, Parts...>;
    template <std::size_t Index>
    using area_at = type_at<static_cast<std::size_t>(tabulated.area_parts[Index]), Parts...>;
};

}  // namespace detail

/// A network of areas. Derive a struct from it, or name it inside a classifier.
template <class... Parts>
struct network : detail::network_mark {
    using network_parts = detail::network_reader<std::remove_const_t<Parts>...>;
    /// Whether the declaration, and its areas, keep all rules.
    static constexpr bool wired = detail::verdict_of<network>::wired;
    static_assert(sizeof(typename detail::verdict_of<network>::type) > 0);  // instantiates the error, if there is one
};

}  // namespace cortexpr
