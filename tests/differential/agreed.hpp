#pragma once
// Where the rules and the reference are meant to differ; README.md gives the reasons.

#include <cortexpr/dsl.hpp>

namespace cortexpr::differential {

template <rule... Expected>
constexpr bool is_one_of(rule broken) {
    return ((broken == Expected) || ...);
}

/// Rules that refuse what the reference runs.
constexpr bool is_stricter(rule broken) {
    return is_one_of<rule::negative_nonlinearity, rule::unused_stimulus, rule::unused_top_down, rule::hears_no_input,
                     rule::reaches_nothing, rule::only_inhibited, rule::only_inhibited_output, rule::negative_cell,
                     rule::other_number, rule::even_extent, rule::large_extent, rule::few_classes, rule::hidden_units,
                     rule::dropout_range, rule::small_readout_pool, rule::large_readout_pool>(broken);
}

/// What a declaration that the reference takes may be answered.
constexpr bool is_taken_or_stricter(rule broken) { return broken == rule::none || is_stricter(broken); }

}  // namespace cortexpr::differential
