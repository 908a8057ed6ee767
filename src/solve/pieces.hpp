#pragma once
// An interval in pieces: between them the equation changes, or states are set.

#include <cortexpr/solve/solve.hpp>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace cortexpr::solve {

/// A part of the interval, with its own equation.
struct piece {
    solve::equation equation;
    double start = 0, end = 1;
    std::vector<double> breaks{};  ///< between the two; segments count from 0 in each piece
    std::function<state(const state&)>
        entered{};  ///< the state with which it starts, of that which arrives; none: that
};

/// An interval cut at times, those outside left out: its bounds, start and end among them.
std::vector<double> cut_at(double start, double end, std::vector<double> times);

/// An interval in steps of length 1, cut where what acts from one of them (`from`) to another one (`to`; none: to the
/// end) begins or ends: its bounds, as cut_at gives them.
template <class... Acting>
std::vector<double> cut_at_steps(double start, double end, const std::vector<Acting>&... all) {
    const double direction = end < start ? -1 : 1;
    std::vector<double> times;
    const auto add = [&](const auto& one) {
        times.push_back(start + direction * (one.from - 1));
        if (one.to) times.push_back(start + direction * *one.to);
    };
    (std::ranges::for_each(all, add), ...);
    return cut_at(start, end, std::move(times));
}

/// The step, counted from 1, that begins at a bound of such an interval.
int step_from(double start, double bound);

/// The breaks of a piece among those of a whole interval, and how many lie before it or where it starts.
struct piece_breaks {
    std::vector<double> within;
    std::int64_t before = 0;
};
piece_breaks breaks_of(const std::vector<double>& all, double start, double end);

/// For equation::has_bad_input: whether a sample of an input, (B, ...), has NaN or infinity.
std::function<bool(std::int64_t)> bad_inputs(const at::Tensor& input);

/// Integrates pieces, each from where the one before it ended. Gives the states at the asked times, by part (times, B,
/// ...); where a piece starts, the state with which it does. options.steps and options.saved_states are those of the
/// whole interval. Differentiable. \throws as integrate does
state integrate_pieces(const std::vector<piece>& pieces, state start, const std::vector<double>& asked,
                       options options);

}  // namespace cortexpr::solve
