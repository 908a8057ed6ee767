#pragma once
// Images that are changed a little before they are learnt from.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/train/training_options.hpp>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace cortexpr {

/// What a set's normalisation makes of a black pixel, or of the number 0: (channels, 1, 1) or (1, 1, 1).
at::Tensor black_of(const data::labelled_images& images);

/// Changed copies of images (B, C, H, W), or of sequences (B, T, C, H, W), of which all frames are changed alike but
/// for noise. Draws come from a generator on the CPU, so that every device gets the same. `black` comes in at the
/// borders.
at::Tensor augmented(const at::Tensor& images, const augmentation_options& options, const at::Tensor& black,
                     const at::Generator& draws);

}  // namespace cortexpr
