#pragma once
// What the schedule makes of a declared network, without running it: as tables, `fmt::print("{}",
// view::plan_text<Digits>(5))`, and as a picture. Both are of a run of one image, of which answers alone are read.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/lower.hpp>
#include <cortexpr/schedule/connectome_work.hpp>

#include <cstdint>
#include <string>

namespace cortexpr::view {

/// Which answers of a run are read: that of the last step, or every step's, as by a loss over all steps.
enum class answers_read : std::uint8_t { last, all };

/// The convolutions and how often each is computed; what each rule of the schedule spares in operations (two for each
/// multiply-add), in bytes of maps that are read and written (schedule/work/traffic.hpp says which) and in calls; what
/// is saved for the backward pass; and which values are computed at which step. \throws usage_error  fewer steps than 1
std::string plan_text(const plan::network& network, int steps, answers_read answers = answers_read::last);

/// The same of a connectome that is shown a still input: its products, what each rule spares, and what is saved.
/// size: `net->size()`. \throws usage_error  fewer steps than 1
std::string plan_text(const plan::connectome& network, const plan::circuit_size& size, int steps);

/// The spatial network's plan as SVG: time runs to the right, rows are neuron types and outputs. Full boxes are
/// computed, hollow ones are not live; numbered arrows are convolutions, listed below. Steps like those beside them are
/// left out. \throws usage_error  fewer steps than 1
std::string plan_svg(const plan::network& network, int steps, answers_read answers = answers_read::last);

/// Which kernels train a network on a CUDA GPU with what a Hopper multiprocessor has, in each precision, and what keeps
/// it from faster ones, with the number that is too large. Needs no GPU.
std::string gpu_text(const plan::network& network);

/// The plan of a declaration: plan_text<Digits>(5).
template <class Declared>
std::string plan_text(int steps, answers_read answers = answers_read::last) {
    return plan_text(plan_of<Declared>, steps, answers);
}
/// The same for a declaration.
template <class Declared>
std::string plan_svg(int steps, answers_read answers = answers_read::last) {
    return plan_svg(plan_of<Declared>, steps, answers);
}

}  // namespace cortexpr::view
