#pragma once
// A network: areas in the order of the way up, feedback from later to earlier areas; and a classifier on top of it.
//
//     struct Visual : network<V1, V2, IT, feedback<IT, V1>, pool<pool_mode::max>, area_delay<1>> {};
//     struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

#include <cortexpr/dsl/area.hpp>

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
    int from = -1, to = -1;
    edge with{};
};

enum class network_part : std::uint8_t { area, feedback, pool, area_delay, unknown };

/// What a network declares, as plain values over static storage.
struct network_declaration {
    std::array<int, 5> parts{};  ///< how often each network_part stands in the declaration
    int unknown_part = -1;
    bool unknown_is_complete = true;  ///< false where that part is declared, but not yet defined
    bool unknown_inherits = true;     ///< false where it derives from an area, but privately
    int underived_area = -1;          ///< index of the first part that is an area<...> and no struct derived from it
    pool_mode pool = pool_mode::max;
    int area_delay = 0;
    std::span<const area_declaration* const> areas;
    std::span<const std::string_view> area_names;
    std::span<const int> first_same_area;  ///< for each area, the index where the same area stands first
    std::span<const int> area_parts;       ///< for each area, its index among all parts
    std::span<const feedback_declaration> feedback;
    std::span<const int> feedback_parts;  ///< for each feedback edge, its index among all parts
    bool areas_wired = true;              ///< false where an area's own rules failed: nothing more is said then

    constexpr int count(network_part part) const { return parts[static_cast<std::size_t>(part)]; }
};

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
    static consteval std::size_t count([[maybe_unused]] network_part kind) {
        return (std::size_t{0} + ... + std::size_t{network_part_traits<Parts>::kind == kind});
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
        int place = 0, found = -1;
        [[maybe_unused]] const auto look = [&]<class Part>(type_box<Part>) {
            if (network_part_traits<Part>::kind != network_part::area) return;
            if (std::same_as<Part, T> && found < 0) found = place;
            ++place;
        };
        (look(type_box<Parts>{}), ...);
        return found;
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
                all.wired = all.wired && Part::wired;
            } else if constexpr (traits::kind == network_part::feedback) {
                all.feedback[edge] = {find<typename traits::from>(), find<typename traits::to>(), traits::with};
                all.feedback_parts[edge++] = part;
            }
            ++part;
        };
        (add(type_box<Parts>{}), ...);
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
        int place = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = network_part_traits<Part>;
            int& times = network.parts[static_cast<std::size_t>(traits::kind)];
            if (times++ == 0) traits::declare(network);
            if (is_area_template<Part> && network.underived_area < 0) network.underived_area = place;
            if constexpr (traits::kind == network_part::unknown) {
                if (network.unknown_part < 0) {
                    network.unknown_part = place;
                    network.unknown_is_complete = !std::is_class_v<Part> || Complete<Part>;
                    if constexpr (std::is_class_v<Part> && Complete<Part>)
                        network.unknown_inherits = !std::is_base_of_v<area_mark, Part>;
                }
            }
            ++place;
        };
        (add(type_box<Parts>{}), ...);
        return network;
    }
    static constexpr network_declaration declaration = read();

    template <std::size_t Index>
    using part_at = type_at<Index, Parts...>;
    template <std::size_t Index>
    using area_at = type_at<static_cast<std::size_t>(tabulated.area_parts[Index]), Parts...>;
};

}  // namespace detail

namespace detail {

/// What all networks derive from; found also where it is out of reach, as in `class Visual : network<...> {};`.
struct network_mark {};

}  // namespace detail

/// A network of areas. Derive a struct from it, or name it inside a classifier.
template <class... Parts>
struct network : detail::network_mark {
    using network_parts = detail::network_reader<Parts...>;
    static constexpr bool wired = detail::verdict_of<network>::wired;
    static_assert(sizeof(typename detail::verdict_of<network>::type) > 0);  // instantiates the error, if there is one
};

/// The number of classes to tell apart: the classifier's outputs.
template <int Count = 0>
struct classes {};

/// Units of the readout's hidden layer (rectified). Default: 512.
template <int Units = 0>
struct hidden {};

/// The probability of dropout between the readout's two layers. Default: 0.
template <double Probability>
struct dropout {};

/// How the last area's output map is pooled before the readout, and to what size. Default: max, 1 x 1.
template <pool_mode Mode, int Height = 1, int Width = 1>
struct readout_pool {};

enum class classifier_part : std::uint8_t { classes, hidden, dropout, readout_pool, unknown };

/// What a classifier declares beside its network, as plain values.
struct classifier_declaration {
    std::array<int, 5> parts{};
    int unknown_part = -1;
    bool has_network = false;
    bool network_inherits = true;  ///< false where the first part derives from a network, but privately
    int classes = 0;
    int hidden = 512;
    double dropout = 0.0;
    pool_mode pool = pool_mode::max;
    int pool_height = 1, pool_width = 1;
    int map_height = 0, map_width = 0;  ///< of the last area's output
    bool network_wired = false;         ///< false where the network's own rules failed: nothing more is said then

    constexpr int count(classifier_part part) const { return parts[static_cast<std::size_t>(part)]; }
};

namespace detail {

template <class Part>
struct classifier_part_traits {
    static constexpr auto kind = classifier_part::unknown;
    static constexpr void declare(classifier_declaration&) {}
};
template <int Count>
struct classifier_part_traits<classes<Count>> {
    static constexpr auto kind = classifier_part::classes;
    static constexpr void declare(classifier_declaration& head) { head.classes = Count; }
};
template <int Units>
struct classifier_part_traits<hidden<Units>> {
    static constexpr auto kind = classifier_part::hidden;
    static constexpr void declare(classifier_declaration& head) { head.hidden = Units; }
};
template <double Probability>
struct classifier_part_traits<dropout<Probability>> {
    static constexpr auto kind = classifier_part::dropout;
    static constexpr void declare(classifier_declaration& head) { head.dropout = Probability; }
};
template <pool_mode Mode, int Height, int Width>
struct classifier_part_traits<readout_pool<Mode, Height, Width>> {
    static constexpr auto kind = classifier_part::readout_pool;
    static constexpr void declare(classifier_declaration& head) {
        head.pool = Mode;
        head.pool_height = Height;
        head.pool_width = Width;
    }
};

template <class Network, class... Parts>
struct classifier_reader {
    using network_type = Network;

    static consteval classifier_declaration read() {
        classifier_declaration head;
        if constexpr (requires {
                          requires Complete<Network>;
                          typename Network::network_parts;
                      }) {
            head.has_network = true;
            head.network_wired = Network::wired;
            constexpr auto& areas = Network::network_parts::declaration.areas;
            if constexpr (!areas.empty()) {
                head.map_height = areas.back()->height;
                head.map_width = areas.back()->width;
            }
        } else if constexpr (std::is_class_v<Network> && Complete<Network>) {
            head.network_inherits = !std::is_base_of_v<network_mark, Network>;
        }
        int place = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = classifier_part_traits<Part>;
            int& times = head.parts[static_cast<std::size_t>(traits::kind)];
            if (times++ == 0) traits::declare(head);
            if (traits::kind == classifier_part::unknown && head.unknown_part < 0) head.unknown_part = place;
            ++place;
        };
        (add(type_box<Parts>{}), ...);
        return head;
    }
    static constexpr classifier_declaration declaration = read();

    template <std::size_t Index>
    using part_at = type_at<Index, Parts...>;
};

template <class Network>
struct network_on_the_spot {
    using type = type_box<Network>;
};
template <class... Parts>
struct network_on_the_spot<network<Parts...>> {
    using type = network<Parts...>;
};
/// A network<...> itself, but only a box of any other type, which may be incomplete.
template <class Network>
using declared_here = typename network_on_the_spot<Network>::type;

}  // namespace detail

/// A network with a readout: the last area's output at the last step is pooled, flattened, and read by
/// Linear(hidden), ReLU, Dropout, Linear(classes). Parts after the network in any order.
template <class Network = void, class... Parts>
struct classifier {
    // A network that is declared on the spot speaks first.
    static_assert(sizeof(detail::declared_here<Network>) > 0);
    using classifier_parts = detail::classifier_reader<Network, Parts...>;
    static constexpr bool wired = detail::verdict_of<classifier>::wired;
    static_assert(sizeof(typename detail::verdict_of<classifier>::type) >
                  0);  // instantiates the error, if there is one
};

}  // namespace cortexpr
