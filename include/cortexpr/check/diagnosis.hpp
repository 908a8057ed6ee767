#pragma once
// What a check found: one rule, and the place as integers. `rule::none` means that nothing is wrong.

#include <cstdint>

namespace cortexpr {

/// One enumerator for each rule; its id and sentence stand in check/errors.hpp, its page in docs/errors.md.
enum class rule : std::uint8_t {
    none,
    // neuron types
    not_a_neuron_type,
    // areas
    receives_nothing,
    // edges
    groups,
    // networks
    // classifiers
    few_classes,
};

/// A rule and the place where it is broken. What the numbers mean is the rule's own matter.
struct diagnosis {
    rule broken = rule::none;
    int numbers[4]{};

    constexpr bool ok() const { return broken == rule::none; }
};

}  // namespace cortexpr
