#pragma once
// The learning rate of each step of a run. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/train/training_options.hpp>

#include <cstdint>

namespace cortexpr {

/// The one that is given, or what there is without one.
learning_rate_schedule schedule_of(const training_options& options);

/// The learning rate of the step after `step` of them, in a run whose epochs have `batches` batches.
///
/// It rises along a line over `warm_up` steps, because Adam's first steps have full size whatever the gradient and
/// would throw the readout off. Then, as in PyTorch:
///
///     constant    stays                                       ConstantLR of factor 1
///     cosine      falls to the final one along half a cosine, reached at the last step          CosineAnnealingLR
///     step        is multiplied by fall_factor every fall_every epochs                          StepLR
///     one_cycle   rises from a 25th along half a cosine over the share `rise` of the run, and falls to the final one
///                 (none: a 250,000th) along another; there is no warm-up then                   OneCycleLR
double learning_rate_at(const training_options& options, std::int64_t step, std::int64_t batches);

}  // namespace cortexpr
