#pragma once
// Runs in continuous time, for both families of networks. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/solve/options.hpp>

#include <vector>

namespace cortexpr {

/// A run in continuous time, tau dh/dt = f(z(h)) - h, from `start` to `end`. A still input is constant; a sequence of T
/// holds each of its inputs for (end - start) / T, and its jumps are break points of the solver. States are wanted at
/// `evaluations` times, equally spaced, start (the initial state) and end included. Euler with steps of 1 takes the
/// discrete steps of a single area, and of a connectome.
///
/// Signals between areas take no time: an area hears the outputs of others at the same moment, whatever area_delay
/// says.
struct continuous_time {
    /// In steps of the discrete network.
    double start = 0, end = 1;
    int evaluations = 2;      ///< times at which states are wanted, both ends among them
    solve::options solver{};  ///< method, tolerances and gradients
};

/// Those times.
std::vector<double> times_of(const continuous_time& time);

/// The steps of a run in continuous time, as its perturbations count them: each has length 1, and the end may cut the
/// last one short.
int steps_of(const continuous_time& time);

}  // namespace cortexpr
