#pragma once
// From bytes in memory to a batch on the network's device. On a CPU by way of one buffer that is used again and again;
// other devices hold the whole set as bytes, and the order in which it is gone through, so that a batch costs no copy
// to the device.

#include "device_examples.hpp"

#include <cortexpr/data/labelled_images.hpp>

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <span>

namespace cortexpr {

class batch_loader {
  public:
    struct batch {
        at::Tensor images;  ///< (B, C, H, W), or (B, T, C, H, W) of sequences; normalised
        at::Tensor labels;  ///< (B), int64; or what stands in their place, targets (B, targets)
    };

    /// The images must outlive the loader.
    batch_loader(const data::labelled_images& images, int batch_size, at::Device device, at::ScalarType dtype);

    /// Sets the order of examples that `next` goes through, from its `first` on; it must outlive that.
    void follow(std::span<const std::uint32_t> order, std::size_t first = 0);
    /// The next `count` examples of the order, at most batch_size. On a CPU the result is overwritten by the next call.
    batch next(std::size_t count);

    /// The examples at `indices`, at most batch_size of them: an order of their own.
    batch load(std::span<const std::uint32_t> indices);

    /// Time spent in these functions since the last call of this one. (On other devices than the CPU, the work itself
    /// may be done later.)
    double take_seconds();

  private:
    batch gathered(std::span<const std::uint32_t> indices);

    const data::labelled_images& source_;
    at::Device device_;
    at::Tensor images_, labels_;  ///< buffers, where the set isn't on the device
    std::optional<device_examples> on_device_;
    std::span<const std::uint32_t> order_;
    at::Tensor device_order_;
    std::size_t position_ = 0;
    double seconds_ = 0;
};

}  // namespace cortexpr
