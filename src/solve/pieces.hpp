#pragma once
// An interval in pieces: between them the equation changes, or states are set.

#include <cortexpr/solve/solve.hpp>

#include <functional>
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

/// The breaks of a piece among those of a whole interval, and how many lie before it or where it starts.
struct piece_breaks {
    std::vector<double> within;
    std::int64_t before = 0;
};
piece_breaks breaks_of(const std::vector<double>& all, double start, double end);

/// Integrates pieces, each from where the one before it ended. Gives the states at the asked times, by part (times, B,
/// ...); where a piece starts, the state with which it does. options.steps and options.saved_states are those of the
/// whole interval. Differentiable. \throws as integrate does
state integrate_pieces(const std::vector<piece>& pieces, state start, const std::vector<double>& asked,
                       options options);

}  // namespace cortexpr::solve
