// The forward pass by dopri5: each sample has its own clock and step size. One evaluation of the equation serves all
// samples; those that have arrived at a break, or at the end, wait there for the others.

#include "step_size.hpp"
#include "walk.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace cortexpr::solve {

namespace {

/// A sample on its way through a segment.
struct traveller {
    std::int64_t sample = 0;
    double time = 0;
    double step = 0;  ///< length of the next one
    bool is_moving = true;
};

class adaptive_walk {
  public:
    explicit adaptive_walk(const walk_request& request)
        : request_(request),
          options_(request.options),
          direction_(direction_of(request.times)),
          whole_(request.start),
          asked_(request.start, request.times.asked.size()) {
        const auto batch = static_cast<std::size_t>(whole_.front().size(0));
        solution_.work.resize(batch);
        failed_.resize(batch);
        next_asked_.assign(batch, asked_at_start(request.times));
    }

    solution run() {
        for (std::size_t i = 0; i < asked_at_start(request_.times); ++i) asked_.write_all(i, whole_);
        const auto bounds = segment_bounds(request_.times);
        for (std::size_t segment = 0; segment + 1 < bounds.size(); ++segment) {
            enter(static_cast<std::int64_t>(segment), bounds[segment], bounds[segment + 1]);
            while (std::ranges::any_of(rows_, &traveller::is_moving)) take_step();
        }
        solution_.states = asked_.stacked();
        return std::move(solution_);
    }

  private:
    sample_work& work_of(const traveller& row) { return solution_.work[static_cast<std::size_t>(row.sample)]; }

    void enter(std::int64_t segment, double begin, double end) {
        end_ = end;
        rows_.clear();
        for (std::size_t i = 0; i < failed_.size(); ++i)
            if (!failed_[i] || !request_.equation.takes_subsets)
                rows_.push_back(
                    {.sample = static_cast<std::int64_t>(i), .time = begin, .step = 0, .is_moving = !failed_[i]});
        if (rows_.empty()) return;
        interval_ = {.times = {}, .sizes = {}, .segment = segment, .samples = samples_of_rows()};
        y_ = rows_at(interval_, whole_);
        set_interval();
        slope_ = rate_of(request_.equation, interval_, 0, y_);
        choose_first_steps(std::abs(end - begin));
    }

    at::Tensor samples_of_rows() const {
        if (rows_.size() == failed_.size()) return {};
        std::vector<std::int64_t> samples;
        for (const auto& row : rows_) samples.push_back(row.sample);
        return at::tensor(samples, at::kLong).to(whole_.front().device());
    }

    /// Times and signed sizes of the rows' next steps; those that wait have size 0.
    void set_interval() {
        interval_.times.clear();
        interval_.sizes.clear();
        for (const auto& row : rows_) {
            interval_.times.push_back(row.time);
            interval_.sizes.push_back(row.is_moving ? direction_ * row.step : 0);
        }
    }

    /// Values by (absolute + relative |y|), as root mean squares by row.
    std::vector<double> scaled_sizes(const state& values, const state& y) const {
        state scaled;
        for (std::size_t part = 0; part < y.size(); ++part)
            scaled.push_back(values[part] /
                             (options_.relative_tolerance * y[part].abs() + options_.absolute_tolerance));
        return sizes_of(scaled);
    }

    void choose_first_steps(double interval) {
        const at::NoGradGuard no_grad;
        const auto slope_sizes = scaled_sizes(slope_, y_);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            auto& row = rows_[i];
            if (!row.is_moving) continue;
            ++work_of(row).evaluations;
            row.step = options_.first_step.value_or(0);
            failure where{.sample = row.sample, .time = row.time};
            // The first test costs nothing; where it says no, an overflow is told from a slope that is NaN.
            if (std::isfinite(slope_sizes[i])) continue;
            const auto index = static_cast<std::int64_t>(i);
            if (find_not_finite(slope_, index, where) || find_not_finite(y_, index, where))
                give_up(row, reason::rate_not_finite, where);
        }
        if (!options_.first_step) choose_by_slopes(interval, slope_sizes);
        for (auto& row : rows_)
            row.step = std::clamp(row.step, floor_of(row), std::max(floor_of(row), options_.largest_step));
    }

    void choose_by_slopes(double interval, const std::vector<double>& slope_sizes) {
        const auto state_sizes = scaled_sizes(y_, y_);
        for (std::size_t i = 0; i < rows_.size(); ++i)
            rows_[i].step = trial_step(state_sizes[i], slope_sizes[i], interval);
        set_interval();
        constexpr double whole[]{1};
        const auto ahead = rate_of(request_.equation, interval_, 1, moved_along(interval_, y_, {slope_}, whole));
        state change;
        for (std::size_t part = 0; part < y_.size(); ++part) change.push_back(ahead[part] - slope_[part]);
        const auto changes = scaled_sizes(change, y_);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            auto& row = rows_[i];
            if (!row.is_moving) continue;
            ++work_of(row).evaluations;
            row.step = first_step(row.step, slope_sizes[i], changes[i] / row.step);
        }
    }

    /// The smallest step that a sample may take.
    double floor_of(const traveller& row) const { return std::max(options_.smallest_step, rounding_step(row.time)); }

    void take_step() {
        std::vector<bool> ends(rows_.size());
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const double left = std::abs(end_ - rows_[i].time);
            ends[i] = rows_[i].step >= left;
            if (ends[i]) rows_[i].step = left;
        }
        set_interval();
        const auto step = advance(request_.equation, method::dopri5, interval_, y_, slope_, true);
        state scaled_error;
        const auto errors = judge(step, scaled_error);
        recorded_step taken{.interval = interval_, .hits = {}};
        std::map<std::pair<std::size_t, bool>, hit> hits;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            auto& row = rows_[i];
            if (!row.is_moving) continue;
            work_of(row).evaluations += 6;
            if (errors[i] < 1) {
                accept(i, errors[i], ends[i], hits);
            } else {
                taken.interval.sizes[i] = 0;
                reject(i, errors[i], scaled_error);
            }
        }
        for (auto& [key, one] : hits) {
            one.is_whole = one.rows.size() == failed_.size();
            taken.hits.push_back(std::move(one));
        }
        move(std::move(taken), step);
        leave_arrived();
    }

    std::vector<double> judge(const step_result& step, state& scaled_error) const {
        const at::NoGradGuard no_grad;
        scaled_error = error_of(interval_, step);
        for (std::size_t part = 0; part < y_.size(); ++part) {
            const auto largest = at::maximum(y_[part].abs(), step.next[part].abs());
            scaled_error[part] =
                scaled_error[part] / (options_.relative_tolerance * largest + options_.absolute_tolerance);
        }
        return sizes_of(scaled_error);
    }

    void accept(std::size_t i, double error, bool is_end, std::map<std::pair<std::size_t, bool>, hit>& hits) {
        auto& row = rows_[i];
        ++work_of(row).accepted;
        const double before = row.time;
        row.time = is_end ? end_ : before + direction_ * row.step;
        const auto& asked = request_.times.asked;
        auto& next = next_asked_[static_cast<std::size_t>(row.sample)];
        for (; next < asked.size() && direction_ * (row.time - asked[next]) >= 0; ++next) {
            const bool at_end = asked[next] == row.time;
            auto& one = hits[{next, at_end}];
            one.asked = next;
            one.rows.push_back(static_cast<std::int64_t>(i));
            if (at_end) continue;
            one.fractions.resize(rows_.size());
            one.fractions[i] = (asked[next] - before) / (row.time - before);
        }
        row.is_moving = !is_end;
        row.step = std::min(next_step(row.step, error), options_.largest_step);
        row.step = std::max(row.step, floor_of(row));
        if (row.is_moving) limit_steps(i, {});
    }

    void reject(std::size_t i, double error, const state& scaled_error) {
        auto& row = rows_[i];
        ++work_of(row).rejected;
        if (row.step <= floor_of(row)) {
            failure where{.sample = row.sample, .time = row.time};
            locate(i, scaled_error, where);
            give_up(row, reason::step_too_small, where);
            return;
        }
        row.step = std::max(next_step(row.step, error), floor_of(row));
        limit_steps(i, scaled_error);
    }

    static void locate(std::size_t i, const state& scaled_error, failure& where) {
        const auto index = static_cast<std::int64_t>(i);
        if (!find_not_finite(scaled_error, index, where)) find_largest(scaled_error, index, where);
    }

    void limit_steps(std::size_t i, const state& scaled_error) {
        auto& row = rows_[i];
        const auto& work = work_of(row);
        if (work.accepted + work.rejected < options_.most_steps) return;
        failure where{.sample = row.sample, .time = row.time};
        if (!scaled_error.empty()) locate(i, scaled_error, where);
        give_up(row, reason::too_many_steps, where);
    }

    void give_up(traveller& row, reason why, const failure& where) {
        fail(solution_, request_, why, where);
        failed_[static_cast<std::size_t>(row.sample)] = true;
        row.is_moving = false;
    }

    /// Accepted rows go where the step led; the others stay.
    void move(recorded_step taken, const step_result& step) {
        if (std::ranges::all_of(taken.interval.sizes, [](double size) { return size == 0; })) return;
        if (request_.saved != nullptr) request_.saved->about_to_step(whole_);
        for (const auto& hit : taken.hits) asked_.write(hit, taken.interval, values_at(hit, taken.interval, y_, step));
        y_ = where_moving(taken.interval, step.next, y_);
        slope_ = where_moving(taken.interval, step.slopes.back(), slope_);
        whole_ = with_rows(taken.interval, whole_, y_);
        if (request_.saved != nullptr) request_.saved->add(std::move(taken));
    }

    /// An equation that takes subsets isn't asked for those that wait.
    void leave_arrived() {
        const auto moving = std::ranges::count_if(rows_, &traveller::is_moving);
        if (!request_.equation.takes_subsets || moving == 0 || moving == std::ssize(rows_)) return;
        std::vector<std::int64_t> kept;
        for (std::size_t i = 0; i < rows_.size(); ++i)
            if (rows_[i].is_moving) kept.push_back(static_cast<std::int64_t>(i));
        const auto indices = at::tensor(kept, at::kLong).to(whole_.front().device());
        for (auto* parts : {&y_, &slope_})
            for (auto& part : *parts) part = at::index_select(part, 0, indices);
        std::erase_if(rows_, [](const traveller& row) { return !row.is_moving; });
        interval_.samples = samples_of_rows();
    }

    const walk_request& request_;
    const options& options_;
    double direction_;
    state whole_;  ///< of all samples
    asked_states asked_;
    solution solution_;
    std::vector<bool> failed_;
    std::vector<std::size_t> next_asked_;  ///< by sample

    // The segment's:
    double end_ = 0;
    std::vector<traveller> rows_;
    interval interval_;
    state y_, slope_;  ///< of the rows
};

}  // namespace

std::vector<double> sizes_of(const state& values) {
    const at::NoGradGuard no_grad;
    at::Tensor sum;
    std::int64_t count = 0;
    for (const auto& part : values) {
        const auto flat = part.detach().reshape({part.size(0), -1});
        const auto one = (flat * flat).sum(1).to(at::kDouble);
        sum = sum.defined() ? sum + one : one;
        count += flat.size(1);
    }
    const auto mean = (sum / static_cast<double>(count)).sqrt().cpu().contiguous();
    return {mean.const_data_ptr<double>(), mean.const_data_ptr<double>() + mean.numel()};
}

solution walk_adaptively(const walk_request& request) { return adaptive_walk(request).run(); }

}  // namespace cortexpr::solve
