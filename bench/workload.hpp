#pragma once
// What is timed: training steps and forward passes of a network on drawn images.

#include "networks.hpp"

#include "train/step.hpp"

#include <cortexpr/module/network_module.hpp>

#include <optional>
#include <string>

namespace bench {

struct load {
    extents network{};
    int batch = 256, steps = 5;
    cortexpr::executor executor = cortexpr::executor::planned;
    cortexpr::precision precision = cortexpr::precision::float32;
    std::string device = "cpu";
    bool cuda_graph = false;  ///< replay training steps as one
};

/// Drawn images (B, 1, H, W) and labels (B), and the network that is to tell them apart.
class workload {
  public:
    workload(const cortexpr::plan::network& plan, const load& with);

    /// Forward, backward, Adam, projection: what the trainer does with a batch. These wait until the device has done
    /// it.
    void train();
    /// Forward, loss, backward; then the gradients are dropped.
    void gradients();
    void forward();
    /// What a loss is to be taken of, and what drops the gradients of its backward pass.
    at::Tensor logits();
    void zero_grad() { network_.zero_grad(); }

    /// The executor that the network ended up with.
    cortexpr::executor executor() const { return network_.executor(); }
    /// The most memory of a GPU that was in use at once; 0 on a CPU.
    std::int64_t peak_device_bytes() const;
    /// Kernels and copies of a training step that is replayed; else 0.
    std::size_t launches() const { return replayed_ ? replayed_->launches() : 0; }

  private:
    void wait() const;

    int steps_;
    cortexpr::network_module network_;
    at::Tensor images_, labels_;
    cortexpr::optimiser optimiser_;
    std::optional<cortexpr::fixed_step> replayed_;
};

/// A gradient smaller than this share of the network's largest one has vanished: where states have settled, that of a
/// time constant is the difference of equal numbers, and a share of it would measure rounding by rounding.
inline constexpr double vanishing = 1e-3;

/// The largest error of any parameter's gradient, as the load asks for it, against the transparent executor in float64,
/// relative to that gradient's largest element, or to `vanishing` times the largest of all.
double gradient_error(const cortexpr::plan::network& plan, const load& with);

}  // namespace bench
