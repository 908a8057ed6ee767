#pragma once
// Noise in a neuron type's drive, drawn step by step.

#include <cortexpr/plan/network.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace cortexpr::executors {

/// Numbers from N(0, deviation) that are added to a type's drive, drawn when a step needs them. Each is a function of
/// its image's key, the stream, the step, and its position alone (kernels/cpu/overridden.hpp).
struct noise_current {
    plan::map_shape shape{};
    double deviation = 0;
    at::Tensor amounts{};  ///< (H, W, C): the deviation where it reaches, else 0; undefined where it reaches all
    at::Tensor keys{};     ///< (B), int64, on the CPU
    std::vector<std::uint8_t> images{};  ///< by image: whether it reaches it; empty: all
    int from = 1, to = 1;                ///< steps of the whole run
    int steps_before = 0;                ///< of the whole run
    std::uint32_t stream = 0;            ///< another one for each
    at::TensorOptions options{};         ///< of the run's states

    bool acts_at(int step) const { return step + steps_before >= from && step + steps_before <= to; }
    bool reaches(std::int64_t image) const { return images.empty() || images[static_cast<std::size_t>(image)] != 0; }
    /// (B, C, H, W). Steps count from 1.
    at::Tensor at_step(int step) const;
};

}  // namespace cortexpr::executors
