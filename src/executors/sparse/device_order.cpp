#include "device_order.hpp"

#include "index_of.hpp"

#include <algorithm>
#include <numeric>

namespace cortexpr::executors::sparse {

namespace {

using numbers = std::vector<std::int32_t>;

/// The items in the order of their keys, those with the same one in theirs.
numbers sorted_by(const numbers& items, std::size_t keys, std::span<const std::int32_t> key_of) {
    std::vector<std::size_t> next(keys + 1);
    for (const auto item : items) ++next[index_of(key_of[index_of(item)]) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    numbers sorted(items.size());
    for (const auto item : items) sorted[next[index_of(key_of[index_of(item)])]++] = item;
    return sorted;
}

}  // namespace

device_order order_by_line(std::span<const std::int32_t> type_of_line, std::span<const std::int32_t> line_of,
                           std::span<const std::int32_t> end_of, std::size_t ends) {
    const auto lines = type_of_line.size(), count = line_of.size();
    numbers lengths(lines);
    for (const auto line : line_of) ++lengths[index_of(line)];
    // Below that, a few lanes are done with a line before others with theirs.
    const auto mean = static_cast<std::int32_t>(lines > 0 ? count / lines : 0);
    const auto longest = std::max(128, 4 * mean);

    device_order order;
    order.cells.resize(lines);
    std::iota(order.cells.begin(), order.cells.end(), 0);
    std::ranges::stable_sort(order.cells, [&](std::int32_t one, std::int32_t other) {
        const auto a = lengths[index_of(one)], b = lengths[index_of(other)];
        if (a > longest || b > longest) return a > b;
        return type_of_line[index_of(one)] < type_of_line[index_of(other)];
    });
    order.long_lines = static_cast<int>(std::ranges::count_if(lengths, [&](auto one) { return one > longest; }));

    order.starts.assign(lines + 1, 0);
    numbers position(lines);
    for (std::size_t i = 0; i < lines; ++i) {
        position[index_of(order.cells[i])] = static_cast<std::int32_t>(i);
        order.starts[i + 1] = order.starts[i] + lengths[index_of(order.cells[i])];
    }
    numbers positions(count);
    for (std::size_t k = 0; k < count; ++k) positions[k] = position[index_of(line_of[k])];
    numbers all(count);
    std::iota(all.begin(), all.end(), 0);
    order.synapses = sorted_by(sorted_by(all, ends, end_of), lines, positions);
    order.ends.resize(count);
    for (std::size_t k = 0; k < count; ++k) order.ends[k] = end_of[index_of(order.synapses[k])];
    return order;
}

}  // namespace cortexpr::executors::sparse
