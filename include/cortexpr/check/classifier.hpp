#pragma once
// The rules of a classifier.

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/dsl/network.hpp>

namespace cortexpr::check {

/// Says nothing where the network's own rules have failed: that has been told.
constexpr diagnosis diagnose(const classifier_declaration& head) {
    if (!head.has_network) return {head.network_inherits ? rule::not_a_network : rule::network_inheritance};
    if (!head.network_wired) return {};
    if (head.unknown_part >= 0) return {rule::unknown_classifier_part, {head.unknown_part}};
    for (int part = 0; part < static_cast<int>(classifier_part::unknown); ++part)
        if (head.count(static_cast<classifier_part>(part)) > 1) return {rule::repeated_classifier_part, {part}};
    if (head.count(classifier_part::classes) == 0) return {rule::missing_classes};
    if (head.classes < 2) return {rule::few_classes};
    if (head.hidden < 1) return {rule::hidden_units};
    if (!(head.dropout >= 0.0 && head.dropout < 1.0)) return {rule::dropout_range};  // NaN too
    if (head.pool_height < 1 || head.pool_width < 1) return {rule::small_readout_pool};
    if (head.pool_height > head.map_height || head.pool_width > head.map_width) return {rule::large_readout_pool};
    return {};
}

}  // namespace cortexpr::check
