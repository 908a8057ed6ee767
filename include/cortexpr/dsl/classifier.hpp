#pragma once
// A classifier: a network and the readout of its last area, or a connectome and the readout of its outputs.
//
//     struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/connectome.hpp>
#include <cortexpr/dsl/network.hpp>

namespace cortexpr {

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

/// The kinds of parts of a classifier; `unknown` is anything else, which is refused (rule C03).
enum class classifier_part : std::uint8_t { classes, hidden, dropout, readout_pool, unknown };

/// What a classifier declares beside its network, as plain values.
struct classifier_declaration {
    std::array<int, 5> parts{};           ///< how often each classifier_part stands in the declaration
    int unknown_part = -1;                ///< index of the first part that is none
    bool has_network = false;             ///< whether the first part is a network or a connectome
    bool is_of_connectome = false;        ///< the network is one of single cells, so that there is no map to pool
    bool network_inherits = true;         ///< false where the first part derives from a network, but privately
    int classes = 0;                      ///< outputs of the readout
    int hidden = 512;                     ///< units of its hidden layer
    double dropout = 0.0;                 ///< probability that a hidden unit is left out of a training step
    pool_mode pool = pool_mode::max;      ///< how the output map of the last area shrinks
    int pool_height = 1, pool_width = 1;  ///< and to what size
    int map_height = 0, map_width = 0;    ///< of the last area's output
    bool network_wired = false;           ///< false where the network's own rules failed: nothing more is said then

    /// How many parts of that kind were declared.
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
        } else if constexpr (DeclaresConnectome<Network>) {
            head.has_network = head.is_of_connectome = true;
            head.network_wired = Network::wired;
        } else if constexpr (std::is_class_v<Network> && Complete<Network>) {
            head.network_inherits =
                !std::is_base_of_v<network_mark, Network> && !std::is_base_of_v<connectome_mark, Network>;
        }
        int index = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = classifier_part_traits<Part>;
            int& times = head.parts[static_cast<std::size_t>(traits::kind)];
            if (times++ == 0) traits::declare(head);
            if (traits::kind == classifier_part::unknown && head.unknown_part < 0) head.unknown_part = index;
            ++index;
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
template <class... Parts>
struct network_on_the_spot<connectome<Parts...>> {
    using type = connectome<Parts...>;
};
/// A network<...> or connectome<...> itself, but only a box of any other type, which may be incomplete.
template <class Network>
using declared_here = typename network_on_the_spot<Network>::type;

}  // namespace detail

/// A network or connectome with a readout: the last area's output at the last step is pooled and flattened (a
/// connectome's outputs are taken as they are), and read by Linear(hidden), ReLU, Dropout, Linear(classes). Parts after
/// the network in any order.
template <class Network = void, class... Parts>
struct classifier {
    // A network that is declared on the spot speaks first.
    static_assert(sizeof(detail::declared_here<Network>) > 0);
    using classifier_parts = detail::classifier_reader<Network, Parts...>;
    /// Whether the declaration, and its network, keep all rules.
    static constexpr bool wired = detail::verdict_of<classifier>::wired;
    static_assert(sizeof(typename detail::verdict_of<classifier>::type) >
                  0);  // instantiates the error, if there is one
};

}  // namespace cortexpr
