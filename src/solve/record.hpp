#pragma once
// What the forward pass leaves behind for the backward pass: how large each step was, where asked times lay in it, and
// some of the states before steps.

#include "step.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cortexpr::solve {

/// Rows of a step that passed an asked time.
struct hit {
    std::size_t asked = 0;  ///< index of the time
    std::vector<std::int64_t> rows{};
    std::vector<double> fractions{};  ///< of the step, by row of the interval (0 for the others); empty: at its end
    bool is_whole = false;            ///< all samples of the batch, in their order
};

struct recorded_step {
    solve::interval interval;
    std::vector<hit> hits{};
};

/// The rows of the batch that an interval has; all where its samples are undefined.
state rows_at(const interval& interval, const state& whole);
/// The batch with these rows in place of the old ones.
state with_rows(const interval& interval, const state& whole, const state& rows);

/// The states at a hit's time, of its rows only.
state values_at(const hit& hit, const interval& interval, const state& y, const step_result& step);
/// The rows of the whole batch that values_at gives.
at::Tensor rows_of(const hit& hit, const interval& interval, const at::Tensor& whole);

/// The states at the asked times, as they come in. NaN where none has come.
class asked_states {
  public:
    asked_states(const state& start, std::size_t times) : start_(start), by_time_(times) {}
    void write_all(std::size_t asked, const state& values) { by_time_[asked] = values; }
    void write(const hit& hit, const interval& interval, const state& values);
    /// By part: (times, B, ...).
    state stacked() const;

  private:
    state empty() const;
    state start_;
    std::vector<state> by_time_;
};

/// Steps, and the states before some of them: before every stride-th, where the stride doubles as often as is needed to
/// keep few. Without a budget they are about as many as the stride, so that both grow with the root of the steps.
class journal {
  public:
    struct saved_state {
        std::size_t step = 0;  ///< the state is that before this step
        state whole;
    };

    /// `budget`: states that may exist at a time, with those that the backward pass makes.
    explicit journal(std::optional<std::int64_t> budget = {}) : budget_(budget) {}

    void about_to_step(const state& whole);
    void add(recorded_step step) { steps_.push_back(std::move(step)); }
    /// Forgets all steps but the first ones.
    void truncate(std::size_t steps);

    const std::vector<recorded_step>& steps() const { return steps_; }
    const std::vector<saved_state>& saved() const { return saved_; }
    /// How many states the backward pass may hold besides those saved.
    std::size_t spare_states() const;

  private:
    std::size_t most_saved() const;
    std::optional<std::int64_t> budget_;
    std::size_t stride_ = 1;
    std::vector<recorded_step> steps_;
    std::vector<saved_state> saved_;
};

/// Between a state that is held and `steps` steps later, with room for `spare` more states (at least 1): after how many
/// steps the next one is best held, so that the fewest steps are taken again (A. Griewank, Achieving logarithmic growth
/// of temporal and spatial complexity in reverse automatic differentiation, Optim. Methods Softw. 1 (1992)).
std::size_t next_held(std::size_t steps, std::size_t spare);

}  // namespace cortexpr::solve
