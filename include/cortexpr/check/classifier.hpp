#pragma once
// The rules of a classifier and of a regressor.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/dsl/classifier.hpp>

namespace cortexpr::check {

/// Says nothing where the network's own rules have failed: that has been reported.
constexpr diagnosis diagnose(const readout_declaration& head) {
    if (!head.has_network)
        return found(head.network_inherits ? rule::not_a_network : rule::network_inheritance, place::declaration);
    if (!head.network_wired) return {};
    if (head.unknown_part >= 0)
        return found(head.is_regressor ? rule::unknown_regressor_part : rule::unknown_classifier_part, place::part,
                     head.unknown_part);
    for (int part = 0; part < static_cast<int>(readout_part::unknown); ++part)
        if (head.count(static_cast<readout_part>(part)) > 1)
            return found(rule::repeated_classifier_part, place::part, part);
    if (head.is_regressor) {
        if (head.count(readout_part::targets) == 0) return found(rule::missing_targets, place::declaration);
        if (!is_count(head.classes)) return found(rule::few_targets, place::declaration);
    } else {
        if (head.count(readout_part::classes) == 0) return found(rule::missing_classes, place::declaration);
        if (head.classes < 2 || !is_count(head.classes)) return found(rule::few_classes, place::declaration);
    }
    if (!is_count(head.hidden)) return found(rule::hidden_units, place::declaration);
    if (!(head.dropout >= 0.0 && head.dropout < 1.0)) return found(rule::dropout_range, place::declaration);  // NaN too
    if (head.is_of_connectome)
        return head.count(readout_part::readout_pool) > 0 ? found(rule::readout_pool_of_connectome, place::declaration)
                                                          : diagnosis{};
    if (head.pool.height < 1 || head.pool.width < 1) return found(rule::small_readout_pool, place::declaration);
    if (head.pool.height > head.map_height || head.pool.width > head.map_width)
        return found(rule::large_readout_pool, place::declaration);
    return {};
}

}  // namespace cortexpr::check
