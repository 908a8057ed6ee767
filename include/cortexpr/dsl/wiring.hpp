#pragma once
// The connectivity matrix of an area: a row for each presynaptic source, a cell for each postsynaptic target.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/options.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <utility>

namespace cortexpr {

namespace detail {

template <class T>
concept IsCharacter = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
/// What converts to an integer, but counts nothing.
template <class T>
concept IsNoCount = std::floating_point<T> || std::same_as<T, bool> || IsCharacter<T>;

}  // namespace detail

/// Size of a convolution kernel, in grid positions. Both sides are odd. One number is both sides: {5} is 5 x 5.
struct extent {
    int height = 3;  ///< rows of the kernel
    int width = 3;   ///< columns of the kernel

    constexpr extent() = default;
    /// A square kernel.
    constexpr extent(int side) : height(side), width(side) {}
    /// Of another number's type: 5L; one beyond int is no extent (rule E04).
    template <std::integral Side>
    requires(!detail::IsNoCount<Side>) constexpr extent(Side side)
        : extent(std::in_range<int>(side) ? static_cast<int>(side) : 0) {}
    /// Refuses what C++ would take for a number: 5.5, true, '5'.
    template <detail::IsNoCount Side>
    constexpr extent(Side) {
        static_assert(
            sizeof(Side) == 0,
            "[cortexpr] the extent of a kernel counts positions: write edge{.extent = 5}, or {.extent = {5, 3}}");
    }
    /// Rows, then columns.
    constexpr extent(int rows, int columns) : height(rows), width(columns) {}
};

namespace detail {

/// Stands where numbers without a name would go after the first: edge{5, 5, 4} has no 4 groups.
struct options_by_name {
    constexpr options_by_name() = default;
    template <class Given>
    constexpr options_by_name(Given) {
        static_assert(sizeof(Given) == 0,
                      "[cortexpr] the options of an edge are given by name; write edge{.extent = {5, 5}, .groups = 4}");
    }
};

}  // namespace detail

/// A cell of the matrix that says more than 1: a convolution, and the nonlinearity of the synapse, which comes before
/// the sign and the sum (docs/parity.md S10 to S13).
struct edge {
    cortexpr::extent extent{};  ///< of its kernel; default: 3 x 3
    /// Refuse numbers without a name.
    detail::options_by_name second{}, third{}, fourth{};
    int groups = 1;  ///< channel groups of the convolution; divides the channels at both ends
    activation_function nonlinearity = activation::none;  ///< φ of the synapse (docs/design.md); default: none
    bool bias = true;  ///< whether a learned number is added for each channel of the target
};

/// Row source: what the area receives as input.
struct stimulus {};

/// Row source: what later areas feed back to this one, as heard at the next step. Needs `feedback_channels`.
struct top_down {};

/// A cell as declared: 0 for no edge, 1 for the default edge, or edge{...}.
struct cell_declaration {
    /// What stands in the cell; all but the first two are refused (rules E01 to E03).
    enum class mark : std::uint8_t { absent, present, negative, other_number, no_cell };
    mark is = mark::absent;  ///< what stands there
    edge with{};             ///< the edge, where one is present
    long long number = 0;    ///< the cell's number, where it is one

    /// Whether there is an edge.
    constexpr bool present() const { return is == mark::present; }
};

namespace detail {

template <class Cell>
consteval cell_declaration declared_cell(Cell cell) {
    using mark = cell_declaration::mark;
    if constexpr (std::same_as<Cell, edge>) {
        return {mark::present, cell, 1};
    } else if constexpr (std::integral<Cell>) {
        const auto value = static_cast<long long>(cell);
        if (value == 0) return {mark::absent, {}};
        if (value == 1) return {mark::present, {}, 1};
        return {value < 0 ? mark::negative : mark::other_number, {}, value};
    } else {
        return {mark::no_cell};
    }
}

}  // namespace detail

/// A row: the presynaptic source, then one cell for each neuron type of the area in the order of `neurons`, then the
/// cell for the output.
template <class Presynaptic = void, auto... Cells>
struct from {
    /// The source as the user wrote it.
    using presynaptic = Presynaptic;
    /// As many as were written.
    static constexpr std::array<cell_declaration, sizeof...(Cells)> cells{detail::declared_cell(Cells)...};
};

/// The rows, in the order: stimulus, top_down (where there is feedback), then the neuron types as in `neurons`.
template <class... Rows>
struct connectivity {};

}  // namespace cortexpr
