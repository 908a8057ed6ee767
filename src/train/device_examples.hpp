#pragma once
// A data set as bytes in a device's memory, normalised there.

#include <cortexpr/data/labelled_images.hpp>

#include <torch/types.h>

namespace cortexpr {

class device_examples {
  public:
    /// `type` is that of the batches, float32 or float64.
    device_examples(const data::labelled_images& examples, at::Device device, at::ScalarType type);

    /// The examples at `indices` (int64, on the device): images (B, C, H, W) or sequences (B, T, C, H, W), with the
    /// bits that data::normalise gives.
    at::Tensor images(const at::Tensor& indices) const;
    /// (B), int64; or targets (B, targets) of the batches' type.
    at::Tensor labels(const at::Tensor& indices) const;

  private:
    at::Tensor bytes_;   ///< (count[, T], C, H, W)
    at::Tensor labels_;  ///< (count), uint8; or (count, targets)
    at::Tensor values_;  ///< by byte: the normalised pixel; for one channel after another where their constants differ
    at::Tensor first_value_;  ///< (C, 1, 1): where a channel's begin; undefined where there is one table for all
};

}  // namespace cortexpr
