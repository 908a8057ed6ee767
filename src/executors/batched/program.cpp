#include "program.hpp"

#include <algorithm>

namespace cortexpr::executors::batched {

namespace {

using source = plan::edge::source;

channels around(const channels& a, const channels& b) {
    if (a.is_empty()) return b;
    if (b.is_empty()) return a;
    const auto first = std::min(a.first, b.first);
    return {first, std::max(a.end(), b.end()) - first};
}

}  // namespace

program::program(const plan::network& network, plan::run run) : network_(network), facts_(network, std::move(run)) {
    for (int area = 0; area < static_cast<int>(network.areas.size()); ++area)
        output_is_late_.push_back(output_can_be_late(area));
}

channels program::range_of(int type) const {
    return {schedule().channel_of_type[index(type)], network_.types[index(type)].shape.channels};
}

channels program::source_channels(const plan::merged_convolution& one) const {
    const auto& area = network_.areas[index(one.area)];
    if (one.from == source::stimulus) return {0, area.input.channels};
    if (one.from == source::top_down) return {0, area.feedback.channels};
    return {0, schedule().maps[index(one.source_map)].channels};
}

channels program::target_channels(const plan::merged_convolution& one) const {
    if (one.to_output()) return {0, network_.areas[index(one.area)].output.channels};
    return {0, schedule().maps[index(one.target_map)].channels};
}

template <class Predicate>
use program::use_where(const plan::merged_convolution& one, Predicate predicate) const {
    use all;
    for (const int number : one.edges) {
        const auto& edge = network_.edges[index(number)];
        if (!predicate(edge)) continue;
        const bool from_type = edge.from == source::neuron_type;
        all.columns = around(all.columns, from_type ? range_of(edge.presynaptic) : source_channels(one));
        all.rows = around(all.rows, edge.to_output() ? target_channels(one) : range_of(edge.postsynaptic));
    }
    return all;
}

use program::channels_used(const plan::merged_convolution& one) const {
    return use_where(one, [](const plan::edge&) { return true; });
}

template <class Predicate>
channels program::hull(int map, Predicate predicate) const {
    channels all;
    for (const int type : schedule().maps[index(map)].types)
        if (predicate(type)) all = around(all, range_of(type));
    return all;
}

channels program::state_channels(int map, int step) const {
    return hull(map, [&](int type) { return step == 0 || facts_.live().state(step, type); });
}

std::vector<channels> program::silent_channels(int map, int step) const {
    const auto range = state_channels(map, step);
    std::vector<channels> silent;
    for (const int type : schedule().maps[index(map)].types) {
        if (facts_.live().state(step, type)) continue;
        const auto own = range_of(type);
        if (own.first >= range.first && own.end() <= range.end())
            silent.push_back({own.first - range.first, own.count});
    }
    return silent;
}

std::vector<segment> program::segments(int map, int step) const {
    const auto range = state_channels(map, step);
    std::vector<segment> all;
    for (const int type : schedule().maps[index(map)].types) {
        const auto own = range_of(type);
        if (own.first < range.first || own.end() > range.end()) continue;
        const auto& function = network_.types[index(type)].nonlinearity;
        if (!all.empty() && all.back().function == function) {
            all.back().of.count += own.count;
        } else {
            all.push_back({{own.first - range.first, own.count}, function});
        }
    }
    return all;
}

int program::steps_alike(int map, int step) const {
    int last = step;
    while (last < steps() && state_channels(map, last + 1) == state_channels(map, step)) ++last;
    return last - step + 1;
}

use program::use_of(const plan::merged_convolution& one, int step) const {
    return use_where(one, [&](const plan::edge& edge) {
        return facts_.is_live(edge, step) && !(one.is_plain() && facts_.source_is_zero(edge, step));
    });
}

bool program::output_can_be_late(int area) const {
    if (steps() < 2 || facts_.output_has_readers(area)) return false;
    for (int step = 1; step <= steps(); ++step)
        if (!facts_.live().output(step, area)) return false;
    for (const auto& one : schedule().convolutions) {
        if (one.area != area || !one.to_output()) continue;
        const auto first = use_of(one, 1);
        if (one.from != source::neuron_type || first.is_empty()) return false;
        for (int step = 1; step <= steps(); ++step) {
            const auto part = use_of(one, step);
            const auto range = state_channels(one.source_map, step);
            if (part.columns != first.columns || part.columns.first < range.first || part.columns.end() > range.end())
                return false;
        }
    }
    return true;
}

}  // namespace cortexpr::executors::batched
