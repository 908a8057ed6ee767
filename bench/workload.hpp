#pragma once
// What is timed: training steps and forward passes of a network on drawn images.

#include "networks.hpp"

#include <cortexpr/torch/network_module.hpp>

#include <torch/optim/adam.h>

namespace bench {

struct load {
    extents network{};
    int batch = 256, steps = 5;
    cortexpr::executor executor = cortexpr::executor::planned;
};

/// Drawn images (B, 1, H, W) and labels (B), and the network that is to tell them apart.
class workload {
  public:
    workload(const cortexpr::plan::network& plan, const load& with);

    /// Forward, backward, Adam, projection: what the trainer does with a batch.
    void train();
    void forward();

  private:
    int steps_;
    cortexpr::network_module network_;
    at::Tensor images_, labels_;
    torch::optim::Adam optimiser_;
};

/// A gradient smaller than this share of the network's largest one has vanished: where states have settled, that of a
/// time constant is the difference of equal numbers, and a share of it would measure rounding by rounding.
inline constexpr double vanishing = 1e-3;

/// The largest error of any parameter's gradient in float32 against the transparent executor in float64, relative to
/// that gradient's largest element, or to `vanishing` times the largest of all.
double gradient_error(const cortexpr::plan::network& plan, const load& with);

}  // namespace bench
