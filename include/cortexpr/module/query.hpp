#pragma once
// Which part of a recorded state a query is about: step, image, subtype and position, each at run time or as a
// constant, and a constant that is out of range does not compile. No LibTorch here: Tensor is a parameter.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/option_traits.hpp>
#include <cortexpr/module/probes.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cortexpr {

/// A step of the run; the first is 1.
struct at_step {
    int step = 1;  ///< at least 1
};
/// The same, checked by the compiler where the run's number of steps is a type, `step_count<5>`.
template <int Step>
struct step {};

/// An image of the batch, counted from 0.
struct in_batch {
    std::int64_t image = 0;  ///< below the batch's size
};

/// A subtype (channel) of the neuron type, counted from 0.
struct of_subtype {
    int subtype = 0;  ///< below the type's number of subtypes
};
/// The same, checked by the compiler against the type's number of subtypes.
template <int Subtype>
struct subtype {};

/// A row, a column, or both of the type's own grid, counted from 0 at the top left.
struct at_row {
    int row = 0;  ///< below the grid's height
};
/// The same, checked by the compiler against the type's grid.
template <int Row>
struct row {};
/// A column, in place of a row.
struct at_column {
    int column = 0;  ///< below the grid's width
};
/// The same, checked by the compiler against the type's grid.
template <int Column>
struct column {};
/// One position of the grid.
struct at_position {
    /// Below the grid's height and width.
    int row = 0, column = 0;
};
/// The same, checked by the compiler against the type's grid.
template <int Row, int Column>
struct position {};

namespace detail {

/// What a query can fix, and what it fixed. Indices count from 0, steps too.
struct selection {
    enum axis : std::uint8_t { time, batch, channel, row, column, count };

    unsigned fixed = 0;  ///< bits of the axes
    std::array<std::int64_t, count> index{};

    constexpr selection with(axis which, std::int64_t value) const {
        auto result = *this;
        result.fixed |= 1U << which;
        result.index[which] = value;
        return result;
    }
    constexpr bool has(axis which) const { return (fixed >> which & 1U) != 0; }
};

template <class Selector>
struct selector_traits {
    static constexpr bool is_selector = false, is_constant = false;
};
struct run_time_selector {
    static constexpr bool is_selector = true, is_constant = false;
};
template <>
struct selector_traits<at_step> : run_time_selector {
    static constexpr selection of(at_step one) { return selection{}.with(selection::time, std::int64_t{one.step} - 1); }
};
template <>
struct selector_traits<in_batch> : run_time_selector {
    static constexpr selection of(in_batch one) { return selection{}.with(selection::batch, one.image); }
};
template <>
struct selector_traits<of_subtype> : run_time_selector {
    static constexpr selection of(of_subtype one) { return selection{}.with(selection::channel, one.subtype); }
};
template <>
struct selector_traits<at_row> : run_time_selector {
    static constexpr selection of(at_row one) { return selection{}.with(selection::row, one.row); }
};
template <>
struct selector_traits<at_column> : run_time_selector {
    static constexpr selection of(at_column one) { return selection{}.with(selection::column, one.column); }
};
template <>
struct selector_traits<at_position> : run_time_selector {
    static constexpr selection of(at_position one) {
        return selection{}.with(selection::row, one.row).with(selection::column, one.column);
    }
};
/// A constant is the run-time selector of the same value.
template <class Selector, Selector Value>
struct constant_selector {
    static constexpr bool is_selector = true, is_constant = true;
    static constexpr selection constant = selector_traits<Selector>::of(Value);
    template <class Constant>
    static constexpr selection of(Constant) {
        return constant;
    }
};
template <int Step>
struct selector_traits<step<Step>> : constant_selector<at_step, at_step{Step}> {};
template <int Subtype>
struct selector_traits<subtype<Subtype>> : constant_selector<of_subtype, of_subtype{Subtype}> {};
template <int Row>
struct selector_traits<row<Row>> : constant_selector<at_row, at_row{Row}> {};
template <int Column>
struct selector_traits<column<Column>> : constant_selector<at_column, at_column{Column}> {};
template <int Row, int Column>
struct selector_traits<position<Row, Column>> : constant_selector<at_position, at_position{Row, Column}> {};

/// Index of the first that is no selector, or their number.
template <class... Selectors>
consteval std::size_t first_strange_selector() {
    return first_true({!selector_traits<Selectors>::is_selector...});
}

/// Index of the first selector that fixes what one before it has fixed, or their number.
template <class... Selectors>
consteval std::size_t first_repeated_selector() {
    std::size_t here = 0, found = sizeof...(Selectors);
    unsigned fixed = 0;
    [[maybe_unused]] const auto look = [&](selection one) {
        if ((fixed & one.fixed) != 0 && found == sizeof...(Selectors)) found = here;
        fixed |= one.fixed;
        ++here;
    };
    (look(selector_traits<Selectors>::of(Selectors{})), ...);
    return found;
}

/// What the constants among the selectors fix.
template <class... Selectors>
consteval selection constant_selection() {
    selection all;
    [[maybe_unused]] const auto add = [&]<class Selector>(type_box<Selector>) {
        if constexpr (selector_traits<Selector>::is_constant) {
            const selection one = selector_traits<Selector>::constant;
            for (unsigned axis = 0; axis < selection::count; ++axis)
                if (one.has(selection::axis(axis))) all = all.with(selection::axis(axis), one.index[axis]);
        }
    };
    (add(type_box<Selectors>{}), ...);
    return all;
}

/// The first index that lies outside of 0 ... counts - 1, as an axis, or selection::count. A count of 0 is not known,
/// and then an index may be anything from 0.
constexpr selection::axis first_outside(const selection& selected, const std::array<std::int64_t, 5>& counts) {
    for (unsigned axis = 0; axis < selection::count; ++axis) {
        const auto index = selected.index[axis];
        if (selected.has(selection::axis(axis)) && (index < 0 || (counts[axis] > 0 && index >= counts[axis])))
            return selection::axis(axis);
    }
    return selection::count;
}

/// The lengths of the axes: time, batch, channel, row, column.
constexpr std::array<std::int64_t, 5> counts_of(const plan::neuron_type& type, std::int64_t steps, std::int64_t batch) {
    return {steps, batch, type.shape.channels, type.shape.height, type.shape.width};
}

template <class Probe, plan::map_shape Shape, int Steps, class... Selectors>
consteval auto query_verdict() {
    using namespace errors;
    constexpr std::size_t count = sizeof...(Selectors);
    if constexpr (first_strange_selector<Selectors...>() < count) {
        return type_box<P18_not_a_selector<type_at<first_strange_selector<Selectors...>(), Selectors...>>>{};
    } else if constexpr (first_repeated_selector<Selectors...>() < count) {
        return type_box<P17_repeated_selector<type_at<first_repeated_selector<Selectors...>(), Selectors...>>>{};
    } else {
        constexpr selection all = constant_selection<Selectors...>();
        constexpr auto outside = first_outside(all, counts_of({.name = {}, .shape = Shape}, Steps, 0));
        constexpr int index = outside == selection::count ? 0 : static_cast<int>(all.index[outside % selection::count]);
        if constexpr (outside == selection::time) {
            return type_box<P16_step_out_of_range<Probe, index + 1, Steps>>{};
        } else if constexpr (outside == selection::channel) {
            return type_box<P13_subtype_out_of_range<Probe, index, Shape.channels>>{};
        } else if constexpr (outside == selection::row) {
            return type_box<P14_row_out_of_range<Probe, index, Shape.height>>{};
        } else if constexpr (outside == selection::column) {
            return type_box<P15_column_out_of_range<Probe, index, Shape.width>>{};
        } else {
            return type_box<nothing_to_say>{};
        }
    }
}

template <class Probe, plan::map_shape Shape, int Steps, class... Selectors>
struct checked_query {
    using error = typename decltype(query_verdict<Probe, Shape, Steps, Selectors...>())::type;
    static_assert(sizeof(error) > 0);
    static constexpr bool fits = std::same_as<error, nothing_to_say>;
};

/// Throws usage_error where an index is out of range.
inline void check_selection(const selection& selected, const plan::neuron_type& type, std::string_view area,
                            std::int64_t steps, std::int64_t batch) {
    constexpr std::array<std::string_view, 5> names{"step", "image", "subtype", "row", "column"};
    const auto counts = counts_of(type, steps, batch);
    const auto outside = first_outside(selected, counts);
    if (outside == selection::count) return;
    const std::int64_t first = outside == selection::time ? 1 : 0;
    throw usage_error(std::string(names[outside]) + " " + std::to_string(selected.index[outside] + first) + " of " +
                      std::string(type.name) + " in " + std::string(area) + " was asked for, but its recording has " +
                      std::string(names[outside]) + "s " + std::to_string(first) + " to " +
                      std::to_string(counts[outside] - 1 + first));
}

/// The part of a recording (B, T, C, H, W), or (T, B, C, H, W): a dimension that is fixed is gone.
template <class Tensor>
Tensor selected_part(const Tensor& recorded, const selection& selected, int time_dimension) {
    const std::array<int, selection::count> dimensions{time_dimension, 1 - time_dimension, 2, 3, 4};
    auto part = recorded;
    for (int dimension = 4; dimension >= 0; --dimension)  // from the last, so that those before keep their numbers
        for (unsigned axis = 0; axis < selection::count; ++axis)
            if (dimensions[axis] == dimension && selected.has(selection::axis(axis)))
                part = part.select(dimension, selected.index[axis]);
    return part;
}

}  // namespace detail

}  // namespace cortexpr
