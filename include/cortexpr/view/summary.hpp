#pragma once
// A declared network as tables, without running it: `fmt::print("{}", view::summary<Digits>(5))`.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/lower.hpp>

#include <string>

namespace cortexpr::view {

/// Areas, neuron types, edges, feedback, readout and totals. Shapes are those of one image, channels x height x width.
/// An edge's operations are those of a run of `steps` steps on one image, two for each multiply-add, as
/// plan::forward_flops counts them; bytes are those of float32.
/// \throws usage_error  fewer steps than 1
std::string summary_text(const plan::network& network, int steps);

/// The same of a declaration: summary<Digits>(5).
template <class Declared>
std::string summary(int steps) {
    return summary_text(plan_of<Declared>, steps);
}

}  // namespace cortexpr::view
