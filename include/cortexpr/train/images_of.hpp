#pragma once
// Examples of a data set as tensors, in one line each.
//
//     auto digits = cortexpr::data::load_images(folder, cortexpr::data::split::test);
//     auto logits = net->forward(cortexpr::images_of(digits, 0, 32), steps{5});

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <ATen/core/Tensor.h>
#include <cortexpr/data/labelled_images.hpp>

#include <cstdint>
#include <span>

namespace cortexpr {

/// `count` examples from `first` on (all that follow, if it is not given), normalised with the set's constants:
/// (count[, frames], channels, height, width), float32, on the CPU.
/// \throws usage_error  the set has no such examples
at::Tensor images_of(const data::labelled_images& set, int first = 0, int count = -1);
/// Their labels: (count), int64.
at::Tensor labels_of(const data::labelled_images& set, int first = 0, int count = -1);

/// Their targets: (count, targets), float32. \throws usage_error  as above, or the set has labels
at::Tensor targets_of(const data::labelled_images& set, int first = 0, int count = -1);

/// The same of chosen examples, as of a mini-batch (data/batches.hpp).
/// \throws usage_error  an index beyond the last example
at::Tensor images_of(const data::labelled_images& set, std::span<const std::uint32_t> indices);
/// The labels of chosen examples: (n), int64.
at::Tensor labels_of(const data::labelled_images& set, std::span<const std::uint32_t> indices);
/// The targets of chosen examples: (n, targets), float32.
at::Tensor targets_of(const data::labelled_images& set, std::span<const std::uint32_t> indices);

}  // namespace cortexpr
