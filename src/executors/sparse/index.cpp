#include "index.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace cortexpr::executors::sparse {

namespace {

constexpr std::int32_t neurons_of_short_ends = 65'536;  // ends of 16 bits
// A chunk's work in synapses (docs/dev/connectomes.md). A neuron's pointwise part costs as much as a few of them: how
// many was not measured.
constexpr std::int64_t work_of_chunk = 16'384, work_of_neuron = 16;

void check(std::int32_t neurons, std::span<const std::int32_t> pre, std::span<const std::int32_t> post) {
    if (neurons < 1) throw usage_error("a sparse network needs at least one neuron");
    if (pre.size() != post.size())
        throw usage_error(
            fmt::format("there are {} presynaptic neurons and {} postsynaptic ones; give one of each for "
                        "every synapse",
                        pre.size(), post.size()));
    if (pre.size() > std::numeric_limits<std::uint32_t>::max())
        throw usage_error(fmt::format("{} synapses are more than a sparse network can hold ({})", pre.size(),
                                      std::numeric_limits<std::uint32_t>::max()));
    const auto check_end = [neurons](std::int32_t end, std::size_t synapse, const char* name) {
        if (end < 0 || end >= neurons)
            throw usage_error(fmt::format("synapse {} has {} neuron {}, but the neurons are 0 to {}", synapse, name,
                                          end, neurons - 1));
    };
    for (std::size_t k = 0; k < pre.size(); ++k) {
        check_end(pre[k], k, "presynaptic");
        check_end(post[k], k, "postsynaptic");
    }
}

[[noreturn]] void refuse_repeated(std::size_t first, std::size_t second, std::span<const std::int32_t> pre,
                                  std::span<const std::int32_t> post) {
    throw usage_error(fmt::format("synapses {} and {} both lead from neuron {} to neuron {}; add them up", first,
                                  second, pre[second], post[second]));
}

void check_inner_numbers(std::int32_t neurons, std::span<const std::int32_t> inner_number) {
    if (inner_number.empty()) return;
    if (inner_number.size() != static_cast<std::size_t>(neurons))
        throw usage_error(fmt::format("the inner order has {} neurons instead of {}", inner_number.size(), neurons));
    std::vector<bool> taken(inner_number.size());
    for (std::size_t i = 0; i < inner_number.size(); ++i) {
        const auto inner = inner_number[i];
        if (inner < 0 || inner >= neurons || taken[static_cast<std::size_t>(inner)])
            throw usage_error(fmt::format("the inner order is no permutation: neuron {} has number {}", i, inner));
        taken[static_cast<std::size_t>(inner)] = true;
    }
}

/// How many synapses end, or start, where the one before does.
std::size_t neighbours_with_one(std::span<const std::int32_t> ends) {
    std::size_t count = 0;
    for (std::size_t k = 1; k < ends.size(); ++k) count += ends[k] == ends[k - 1] ? 1 : 0;
    return count;
}

/// starts[i] is where line i starts if `line(k)` is the line of synapse k.
template <class Line>
std::vector<std::int64_t> starts_of(std::int32_t neurons, std::size_t synapses, Line line) {
    std::vector<std::int64_t> starts(static_cast<std::size_t>(neurons) + 1);
    for (std::size_t k = 0; k < synapses; ++k) ++starts[line(k) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    return starts;
}

void set_chunks(line_order& order) {
    const auto neurons = order.starts.size() - 1;
    order.first_of_chunk = {0};
    std::int64_t work = 0;
    for (std::size_t i = 0; i < neurons; ++i) {
        const auto more = order.starts[i + 1] - order.starts[i] + work_of_neuron;
        if (work > 0 && work + more > work_of_chunk) {
            order.first_of_chunk.push_back(static_cast<std::int32_t>(i));
            work = 0;
        }
        work += more;
    }
    order.first_of_chunk.push_back(static_cast<std::int32_t>(neurons));
}

/// Calls fill(ends) with the array in the width that the neurons need.
template <class Fill>
void make_ends(line_order& order, std::int32_t neurons, std::size_t synapses, Fill fill) {
    const auto make = [&]<class End>(big_array<End>& ends) {
        ends = big_array<End>(synapses + kernels::synapses_ahead);
        std::fill_n(ends.data() + synapses, kernels::synapses_ahead, End{0});
        fill(ends.data());
    };
    if (neurons <= neurons_of_short_ends) {
        make(order.short_ends);
    } else {
        make(order.long_ends);
    }
}

/// The two ends of synapses in the inner order.
struct inner_ends {
    std::span<const std::int32_t> pre, post, inner_number;

    std::size_t pre_of(std::size_t synapse) const { return number_of(pre[synapse]); }
    std::size_t post_of(std::size_t synapse) const { return number_of(post[synapse]); }

  private:
    std::size_t number_of(std::int32_t neuron) const {
        const auto at = static_cast<std::size_t>(neuron);
        return static_cast<std::size_t>(inner_number.empty() ? neuron : inner_number[at]);
    }
};

/// Sorts the synapses `synapse_at(0)`, `synapse_at(1)`, ... by their lines. Within a line their order stays.
template <class SynapseAt, class Line>
void sort_by_line(const std::vector<std::int64_t>& line_starts, std::size_t count, big_array<std::uint32_t>& sorted,
                  SynapseAt synapse_at, Line line) {
    auto next = line_starts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t synapse = synapse_at(i);
        sorted[static_cast<std::size_t>(next[line(synapse)]++)] = static_cast<std::uint32_t>(synapse);
    }
}

/// The first place whose end is that of the place before, in the same column; ends rise within a column.
template <class End>
std::optional<std::size_t> first_repeated(const std::vector<std::int64_t>& column_starts, const End* ends) {
    for (std::size_t j = 0; j + 1 < column_starts.size(); ++j)
        for (auto k = static_cast<std::size_t>(column_starts[j]) + 1;
             k < static_cast<std::size_t>(column_starts[j + 1]); ++k)
            if (ends[k] == ends[k - 1]) return k;
    return std::nullopt;
}

/// Calls `visit(k, column, row)` for each place k of the columns; `row` is that of the same synapse in the rows.
template <class End, class Visit>
void visit_in_both(const std::vector<std::int64_t>& column_starts, const End* ends,
                   const std::vector<std::int64_t>& row_starts, Visit visit) {
    auto next = row_starts;
    std::size_t k = 0;
    for (std::size_t j = 0; j + 1 < column_starts.size(); ++j)
        for (; k < static_cast<std::size_t>(column_starts[j + 1]); ++k)
            visit(k, j, static_cast<std::size_t>(next[ends[k]]++));
}

}  // namespace

sparse_index::sparse_index(std::int32_t neurons, std::span<const std::int32_t> pre, std::span<const std::int32_t> post,
                           std::span<const std::int32_t> inner_number)
    : neurons_(neurons), inner_number_(inner_number.begin(), inner_number.end()) {
    check(neurons, pre, post);
    rows_first_ = neighbours_with_one(post) >= neighbours_with_one(pre);
    check_inner_numbers(neurons, inner_number);
    const auto count = pre.size();
    const inner_ends inner{pre, post, inner_number};
    const auto pre_of = [&](std::size_t k) { return inner.pre_of(k); };
    const auto post_of = [&](std::size_t k) { return inner.post_of(k); };
    columns_.starts = starts_of(neurons, count, pre_of);
    rows_.starts = starts_of(neurons, count, post_of);

    // Sorted by post, and then by pre: ends rise within a column.
    big_array<std::uint32_t> by_post(count), user_of_column(count);
    sort_by_line(
        rows_.starts, count, by_post, [](std::size_t k) { return k; }, post_of);
    sort_by_line(
        columns_.starts, count, user_of_column, [&](std::size_t i) { return by_post[i]; }, pre_of);

    auto& user_of_row = by_post;  // its place is free by then
    first_of_second_ = big_array<std::uint32_t>(count);
    make_ends(columns_, neurons, count, [&]<class End>(End* ends) {
        for (std::size_t k = 0; k < count; ++k) ends[k] = static_cast<End>(inner.post_of(user_of_column[k]));
        if (const auto k = first_repeated(columns_.starts, ends))
            refuse_repeated(user_of_column[*k - 1], user_of_column[*k], pre, post);
        make_ends(rows_, neurons, count, [&]<class RowEnd>(RowEnd* row_ends) {
            visit_in_both(columns_.starts, ends, rows_.starts, [&](std::size_t k, std::size_t column, std::size_t row) {
                row_ends[row] = static_cast<RowEnd>(column);
                user_of_row[row] = user_of_column[k];
                if (rows_first_) {
                    first_of_second_[k] = static_cast<std::uint32_t>(row);
                } else {
                    first_of_second_[row] = static_cast<std::uint32_t>(k);
                }
            });
        });
    });
    user_of_first_ = std::move(rows_first_ ? user_of_row : user_of_column);
    set_chunks(rows_);
    set_chunks(columns_);
}

std::size_t sparse_index::bytes() const {
    const auto of = [](const line_order& order) {
        return order.starts.size() * sizeof(std::int64_t) + order.short_ends.size() * sizeof(std::uint16_t) +
               order.long_ends.size() * sizeof(std::uint32_t) + order.first_of_chunk.size() * sizeof(std::int32_t);
    };
    return of(rows_) + of(columns_) + inner_number_.size() * sizeof(std::int32_t) +
           (user_of_first_.size() + first_of_second_.size()) * sizeof(std::uint32_t);
}

}  // namespace cortexpr::executors::sparse
