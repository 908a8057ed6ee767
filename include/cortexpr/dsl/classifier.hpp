#pragma once
// A classifier or a regressor: a network and the readout of its last area, or a connectome and the readout of its
// outputs.
//
//     struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};
//     struct Position : regressor<network<V1>, targets<2>, hidden<64>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/connectome.hpp>
#include <cortexpr/dsl/network.hpp>
#include <cortexpr/dsl/type_list.hpp>
#include <cortexpr/dsl/verdict.hpp>

namespace cortexpr {

/// The number of classes to tell apart: the classifier's outputs.
template <int Count = 0>
struct classes {};

/// The number of continuous targets that are fitted: the regressor's outputs.
template <int Count = 0>
struct targets {};

/// Units of the readout's hidden layer (rectified). Default: 512.
template <int Units = 0>
struct hidden {};

/// The probability of dropout between the readout's two layers. Default: 0.
template <auto Probability>
struct dropout {};

/// How the last area's output map is pooled before the readout, and to what size. Default: `default_pooling`.
template <pool_mode Mode, int Height = 1, int Width = 1>
struct readout_pool {};

/// How a map is pooled, and to what size.
struct pooling {
    pool_mode mode = pool_mode::max;  ///< what is kept of a window
    int height = 1, width = 1;        ///< of the pooled map

    friend constexpr bool operator==(const pooling&, const pooling&) = default;
};

/// The pooling of a readout that declares none, for an output map of that size. From 32 channels on it is the
/// reference's: each channel's maximum over the map. One number for each of fewer channels is too little to tell
/// classes apart by, so they are averaged to 7 x 7 (a smaller map is read whole); docs/learning.md has what that gains.
constexpr pooling default_pooling(int channels, int height, int width) {
    if (channels >= 32) return {};
    return {.mode = pool_mode::average, .height = height < 7 ? height : 7, .width = width < 7 ? width : 7};
}

/// The kinds of parts of classifiers and regressors; `unknown` is anything else, which is refused (rules C03 and C11).
enum class readout_part : std::uint8_t { classes, hidden, dropout, readout_pool, targets, unknown };

/// What a classifier or regressor declares besides its network, as plain values.
struct readout_declaration {
    std::array<int, 6> parts{};         ///< how often each readout_part stands in the declaration
    int unknown_part = -1;              ///< index of the first argument that is no part
    bool has_network = false;           ///< whether the first part is a network or a connectome
    bool is_of_connectome = false;      ///< the network is one of single cells, so that there is no map to pool
    bool network_inherits = true;       ///< false where the first part derives from a network, but privately
    bool is_regressor = false;          ///< it gives numbers for continuous targets
    int classes = 0;                    ///< outputs of the readout: classes, or targets of a regressor
    int hidden = 512;                   ///< units of its hidden layer
    double dropout = 0.0;               ///< probability that a hidden unit is left out of a training step
    pooling pool{};                     ///< how the output map of the last area shrinks
    int map_height = 0, map_width = 0;  ///< of the last area's output
    bool network_wired = false;         ///< false where the network's own rules failed: nothing more is said then

    /// How many parts of that kind were declared.
    constexpr int count(readout_part part) const { return parts[static_cast<std::size_t>(part)]; }
};

namespace detail {

template <class Part>
struct readout_part_traits {
    static constexpr auto kind = readout_part::unknown;
    static constexpr void declare(readout_declaration&) {}
};
template <int Count>
struct readout_part_traits<classes<Count>> {
    static constexpr auto kind = readout_part::classes;
    static constexpr void declare(readout_declaration& head) { head.classes = Count; }
};
template <int Count>
struct readout_part_traits<targets<Count>> {
    static constexpr auto kind = readout_part::targets;
    static constexpr void declare(readout_declaration& head) { head.classes = Count; }
};
template <int Units>
struct readout_part_traits<hidden<Units>> {
    static constexpr auto kind = readout_part::hidden;
    static constexpr void declare(readout_declaration& head) { head.hidden = Units; }
};
template <auto Probability>
struct readout_part_traits<dropout<Probability>> {
    static constexpr auto kind = readout_part::dropout;
    static constexpr void declare(readout_declaration& head) { head.dropout = number_or_nan(Probability); }
};
template <pool_mode Mode, int Height, int Width>
struct readout_part_traits<readout_pool<Mode, Height, Width>> {
    static constexpr auto kind = readout_part::readout_pool;
    static constexpr void declare(readout_declaration& head) {
        head.pool = {.mode = Mode, .height = Height, .width = Width};
    }
};

template <bool IsRegressor, class Network, class... Parts>
struct readout_reader {
    using network_type = Network;

    static consteval readout_declaration read() {
        readout_declaration head{.is_regressor = IsRegressor};
        if constexpr (DeclaresNetwork<Network>) {
            head.has_network = true;
            head.network_wired = Network::network_parts::verdict::wired;
            constexpr auto& areas = Network::network_parts::declaration.areas;
            if constexpr (!areas.empty()) {
                const auto& last = *areas.back();
                head.map_height = last.height;
                head.map_width = last.width;
                head.pool = default_pooling(last.output_channels, last.height, last.width);
            }
        } else if constexpr (DeclaresConnectome<Network>) {
            head.has_network = head.is_of_connectome = true;
            head.network_wired = Network::connectome_parts::verdict::wired;
        } else if constexpr (IsRefusedArea<Network>) {
            head.has_network = true;  // it has said what is wrong
        } else if constexpr (std::is_class_v<Network> && Complete<Network>) {
            head.network_inherits =
                !std::is_base_of_v<network_mark, Network> && !std::is_base_of_v<connectome_mark, Network>;
        }
        int index = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = readout_part_traits<Part>;
            constexpr auto of_the_other = IsRegressor ? readout_part::classes : readout_part::targets;
            constexpr auto kind = traits::kind == of_the_other ? readout_part::unknown : traits::kind;
            int& times = head.parts[static_cast<std::size_t>(kind)];
            if (times++ == 0 && kind != readout_part::unknown) traits::declare(head);
            if (kind == readout_part::unknown && head.unknown_part < 0) head.unknown_part = index;
            ++index;
        };
        for_each_type<Parts...>(add);
        return head;
    }
    static constexpr readout_declaration declaration = read();

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
    using readout_parts = detail::readout_reader<false, Network, Parts...>;
    /// Whether the declaration, and its network, keep all rules.
    static constexpr bool wired = detail::verdict_of<classifier>::wired;
    static_assert(sizeof(typename detail::verdict_of<classifier>::type) >
                  0);  // instantiates the error, if there is one
};

/// The same readout for continuous targets (positions, angles, rates): its last layer is Linear(targets), and answers
/// in the targets' own units. `targets` stands in place of `classes`.
template <class Network = void, class... Parts>
struct regressor {
    static_assert(sizeof(detail::declared_here<Network>) > 0);  // as in a classifier
    using readout_parts = detail::readout_reader<true, Network, Parts...>;
    /// Whether the declaration, and its network, keep all rules.
    static constexpr bool wired = detail::verdict_of<regressor>::wired;
    static_assert(sizeof(typename detail::verdict_of<regressor>::type) > 0);
};

}  // namespace cortexpr
