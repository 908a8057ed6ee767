#include "record.hpp"

#include <ATen/ops/full_like.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <limits>

namespace cortexpr::solve {

namespace {

at::Tensor indices(const std::vector<std::int64_t>& rows, const at::Tensor& like) {
    return at::tensor(rows, at::kLong).to(like.device());
}

}  // namespace

state rows_at(const interval& interval, const state& whole) {
    if (!interval.samples.defined()) return whole;
    state rows;
    for (const auto& part : whole) rows.push_back(at::index_select(part, 0, interval.samples));
    return rows;
}

state with_rows(const interval& interval, const state& whole, const state& rows) {
    if (!interval.samples.defined()) return rows;
    state next;
    for (std::size_t part = 0; part < whole.size(); ++part)
        next.push_back(at::index_copy(whole[part], 0, interval.samples, rows[part]));
    return next;
}

state values_at(const hit& hit, const interval& interval, const state& y, const step_result& step) {
    state values = hit.fractions.empty() ? step.next : within(interval, y, step, hit.fractions);
    if (hit.is_whole) return values;
    for (auto& part : values) part = at::index_select(part, 0, indices(hit.rows, part));
    return values;
}

at::Tensor rows_of(const hit& hit, const interval& interval, const at::Tensor& whole) {
    if (hit.is_whole) return whole;
    auto rows = indices(hit.rows, whole);
    if (interval.samples.defined()) rows = at::index_select(interval.samples, 0, rows);
    return at::index_select(whole, 0, rows);
}

state asked_states::empty() const {
    state nothing;
    for (const auto& part : start_)
        nothing.push_back(at::full_like(part.detach(), std::numeric_limits<double>::quiet_NaN()));
    return nothing;
}

void asked_states::write(const hit& hit, const interval& interval, const state& values) {
    auto& written = by_time_[hit.asked];
    if (hit.is_whole) {
        written = values;
        return;
    }
    if (written.empty()) written = empty();
    auto rows = indices(hit.rows, values.front());
    if (interval.samples.defined()) rows = at::index_select(interval.samples, 0, rows);
    for (std::size_t part = 0; part < values.size(); ++part)
        written[part] = at::index_copy(written[part], 0, rows, values[part]);
}

state asked_states::stacked() const {
    state all;
    for (std::size_t part = 0; part < start_.size(); ++part) {
        std::vector<at::Tensor> values;
        values.reserve(by_time_.size());
        for (const auto& one : by_time_) values.push_back(one.empty() ? empty()[part] : one[part]);
        all.push_back(at::stack(values));
    }
    return all;
}

std::size_t journal::most_saved() const {
    if (!budget_) return std::max<std::size_t>(16, 2 * stride_);
    return static_cast<std::size_t>(*budget_ / 2 + *budget_ % 2);
}

std::size_t journal::spare_states() const {
    if (!budget_) return stride_ - 1;
    return static_cast<std::size_t>(*budget_) - saved_.size();
}

void journal::about_to_step(const state& whole) {
    if (steps_.size() % stride_ != 0) return;
    saved_.push_back({.step = steps_.size(), .whole = whole});
    while (saved_.size() > most_saved()) {
        stride_ *= 2;
        std::erase_if(saved_, [this](const saved_state& one) { return one.step % stride_ != 0; });
    }
}

void journal::truncate(std::size_t steps) {
    steps_.resize(steps);
    std::erase_if(saved_, [steps](const saved_state& one) { return one.step >= steps; });
}

std::size_t next_held(std::size_t steps, std::size_t spare) {
    // With s spare states and each step taken again at most r times, c(s, r) = binomial(s + 1 + r, r) steps can be
    // undone: c(s - 1, r) behind the next held state, where one spare state is gone, and c(s, r - 1) before it. The
    // fewest steps are taken again where neither part needs more repetitions than that, nor less than one fewer.
    std::size_t again = 1, possible = spare + 2;
    while (possible < steps) {
        ++again;
        possible = possible * (spare + 1 + again) / again;
    }
    const std::size_t behind = possible * (spare + 1) / (spare + 1 + again);
    const std::size_t least = (possible - behind) * (again - 1) / (spare + again);  // c(s, r - 2)
    return std::max({steps > behind ? steps - behind : 1, least, std::size_t{1}});
}

}  // namespace cortexpr::solve
