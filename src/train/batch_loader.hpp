#pragma once
// From bytes in memory to a batch on the network's device, through one buffer that is used again and again.

#include <cortexpr/data/labelled_images.hpp>

#include <torch/types.h>

#include <cstdint>
#include <span>

namespace cortexpr {

class batch_loader {
  public:
    struct batch {
        at::Tensor images;  ///< (B, C, H, W), or (B, T, C, H, W) of sequences; normalised
        at::Tensor labels;  ///< (B), int64
    };

    /// The images must outlive the loader.
    batch_loader(const data::labelled_images& images, int batch_size, at::Device device, at::ScalarType dtype);

    /// The examples at `indices`, at most batch_size of them. On a CPU the result is overwritten by the next call.
    batch load(std::span<const std::uint32_t> indices);

    /// Time spent in load() since the last call of this function.
    double take_seconds();

  private:
    const data::labelled_images& source_;
    at::Device device_;
    at::Tensor images_, labels_;
    double seconds_ = 0;
};

}  // namespace cortexpr
