#pragma once
// The rules of a network: its areas, what one sends to the next, and its feedback.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/wiring.hpp>
#include <cortexpr/dsl/network.hpp>

namespace cortexpr::check {

constexpr diagnosis diagnose_network_parts(const network_declaration& network) {
    if (network.unknown_part >= 0) {
        if (!network.unknown_is_complete) return found(rule::incomplete_area, place::part, network.unknown_part);
        if (!network.unknown_inherits) return found(rule::area_inheritance, place::part, network.unknown_part);
        return found(rule::unknown_network_part, place::part, network.unknown_part);
    }
    if (network.underived_area >= 0) return found(rule::underived_area, place::part, network.underived_area);
    for (const auto part : {network_part::pool, network_part::area_delay})
        if (network.count(part) > 1) return found(rule::repeated_network_part, place::part, part);
    if (network.areas.empty()) return found(rule::no_areas, place::declaration);
    if (network.area_delay != 0 && network.area_delay != 1) return found(rule::area_delay, place::declaration);
    return {};
}

constexpr diagnosis diagnose_areas(const network_declaration& network) {
    for (std::size_t i = 0; i < network.areas.size(); ++i) {
        if (static_cast<std::size_t>(network.first_same_area[i]) != i)
            return found(rule::repeated_area, place::area, i);
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (network.area_names[earlier] == network.area_names[i])
                return found(rule::repeated_area_name, place::area, earlier, i);
    }
    for (std::size_t i = 0; i + 1 < network.areas.size(); ++i)
        if (network.areas[i]->output_channels != network.areas[i + 1]->input_channels)
            return found(rule::channels_between_areas, place::area, i);
    return {};
}

constexpr diagnosis diagnose_feedback(const network_declaration& network) {
    const auto& edges = network.feedback;
    list_of<bool> is_fed(network.areas.size(), false);
    list_of<bool> has_edge(network.areas.size() * network.areas.size(), false);  // by receiver and sender
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto& [from, to, with] = edges[i];
        if (from < 0 || to < 0) return found(rule::unknown_feedback_area, place::feedback, i);
        if (from <= to) return found(rule::feedback_direction, place::feedback, i);
        const auto& sender = *network.areas[static_cast<std::size_t>(from)];
        const auto& receiver = *network.areas[static_cast<std::size_t>(to)];
        if (!receiver.hears_feedback) return found(rule::unheard_feedback, place::feedback, i);
        const auto sent_to = static_cast<std::size_t>(to);
        bool& before = has_edge[sent_to * network.areas.size() + static_cast<std::size_t>(from)];
        if (before) return found(rule::repeated_feedback, place::feedback, i);
        before = is_fed[sent_to] = true;
        if (with.groups != 1) return found(rule::feedback_groups, place::feedback, i);
        const rule broken =
            broken_by(with, sender.output_channels, receiver.feedback_channels, {receiver.height, receiver.width});
        if (broken != rule::none) return found(broken, place::feedback, i);
    }
    for (std::size_t area = 0; area < network.areas.size(); ++area)
        if (network.areas[area]->hears_feedback && !is_fed[area])
            return found(rule::missing_feedback, place::area, area);
    return {};
}

/// Says nothing of areas whose own rules have failed: that has been reported.
constexpr diagnosis diagnose(const network_declaration& network) {
    diagnosis first = diagnose_network_parts(network);
    if (!network.areas_wired) return {};
    if (first.ok()) first = diagnose_areas(network);
    if (first.ok()) first = diagnose_feedback(network);
    return first;
}

}  // namespace cortexpr::check
