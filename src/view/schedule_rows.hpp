#pragma once
// A schedule in words: what tables and pictures say of each convolution.

#include <cortexpr/schedule/work/work.hpp>
#include <cortexpr/view/plan.hpp>

#include <string>
#include <vector>

namespace cortexpr::view {

/// A merged convolution of the time loop, or one that carries an output back to an earlier area.
struct convolution_row {
    std::string area;              ///< or "feedback"
    std::string sources, targets;  ///< "E, -I": inhibitory sources have a minus
    std::string channels;          ///< of all sources, to those of all targets
    std::string grid;              ///< of the targets
    std::string extent, groups, nonlinearity;
    int stride = 1;
    std::vector<plan::operations> steps{};  ///< from the first step on
    plan::merged_convolution what{};        ///< for feedback its edges are those of the network's feedback
    bool is_feedback = false;

    plan::operations all() const;
    bool is_computed(int step) const { return steps[static_cast<std::size_t>(step - 1)].forward > 0; }
};

std::vector<convolution_row> schedule_rows(const plan::known_run& run, const plan::schedule& schedule);

/// Successive steps at which the same is computed, and read.
struct equal_steps {
    int first = 1, last = 1;
};
std::vector<equal_steps> equal_steps_of(const plan::known_run& run, const std::vector<convolution_row>& convolutions);

/// The run that plans describe. \throws usage_error  fewer steps than 1
plan::run shown_run(int steps, answers_read answers = answers_read::last);

}  // namespace cortexpr::view
