#pragma once
// Solves ordinary differential equations for batches of states, with gradients.
//
//     auto solved = solve::integrate(network, {h0}, times, {.relative_tolerance = 1e-6});
//     solved.states[0];                       // (times, B, N): part 0 at all asked times
//     loss_of(solved.states[0]).backward();   // gradients of h0 and of all that network.reads
//
// Gradients are those of the computed steps, with the step sizes taken as constants ("discretise, then optimise"): they
// agree with the gradient of the exact solution as well as the states do. Without gradient mode nothing is kept.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/solve/equation.hpp>
#include <cortexpr/solve/options.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cortexpr::solve {

/// A sample that could not be solved.
struct failure {
    std::int64_t sample = 0;  ///< its index in the batch
    double time = 0;          ///< how far it came
    std::size_t part = 0;     ///< of the state, and
    std::int64_t index = 0;   ///< element of the sample's part: the first that is not finite, or has the largest error
    std::string text{};       ///< what, where, what to do
};

/// Thrown where a sample can't be solved, options::on_failure is `unsolved::is_error` and its input isn't bad.
class solver_error : public error {
  public:
    /// The message is the failure's text.
    explicit solver_error(solve::failure what) : error(what.text), failure_(std::move(what)) {}
    /// Which sample failed, where and why.
    const solve::failure& failure() const noexcept { return failure_; }

  private:
    solve::failure failure_;
};

/// What a sample cost.
struct sample_work {
    std::int64_t accepted = 0;     ///< steps
    std::int64_t rejected = 0;     ///< steps that were repeated with a smaller size
    std::int64_t evaluations = 0;  ///< of the equation, before the sample arrived
};

/// The states of all samples at the asked times, and what they took.
struct solution {
    state states;                     ///< by part: (asked times, B, ...)
    std::vector<sample_work> work;    ///< by sample
    std::vector<failure> failures{};  ///< that were no errors, in the order in which they failed
    std::int64_t saved_states = 0;    ///< for the backward pass, when the forward pass is over
    std::int64_t saved_bytes = 0;     ///< of these states
};

/// Solves the equation from `start` (parts (B, ...), float32 or float64, all of one type and device).
/// A sample's solution doesn't depend on the others of its batch, up to rounding in the equation's own operations.
/// \throws usage_error   options, times or tensors that don't fit; a field that gives other shapes
/// \throws solver_error  a sample that cannot be solved, unless options say that it is NaN
solution integrate(const equation& equation, const state& start, const timetable& times, const options& options = {});

}  // namespace cortexpr::solve
