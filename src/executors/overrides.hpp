#pragma once
// What perturbations do to a run, laid out for the executors: to states and drives by neuron type and step, to edges
// and time constants by parts of the run.

#include <cortexpr/plan/network.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
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

/// What is done to the states of one neuron type. Tensors are (T, B, C, H, W), where T and B are 1 if all steps at
/// which something is done, or all images, are alike, and undefined where nothing is done.
struct perturbed_type {
    at::Tensor current{};                          ///< added to the drive
    std::vector<noise_current> noise{};            ///< added to it, too
    at::Tensor mask{};                             ///< bool: where the state is held
    at::Tensor value{};                            ///< at which it is held
    std::vector<std::uint8_t> injects{}, holds{};  ///< by step, from 1: whether any of its neurons are reached

    // (B or 1, C, H, W). Steps count from 1.
    /// All that is added to the drive at a step at which something is.
    at::Tensor current_at(int step) const;
    at::Tensor mask_at(int step) const { return of_step(mask, step); }
    at::Tensor value_at(int step) const { return of_step(value, step); }
    at::Tensor held(const at::Tensor& state, int step) const { return at::where(mask_at(step), value_at(step), state); }

  private:
    static at::Tensor of_step(const at::Tensor& all, int step) {
        return all.select(0, std::min<std::int64_t>(step, all.size(0)) - 1);
    }
};

struct perturbed_states {
    std::vector<perturbed_type> types;  ///< by neuron type
};

/// What a run's steps have from one of them on: parameters, and edges that nothing passes.
struct run_part {
    int first_step = 1;
    std::vector<at::Tensor> parameters;
    std::vector<std::uint8_t> cut_edges, cut_feedback;  ///< by index in the plan
};

/// Whether anything is added to a type's drive at a step; `perturbed` is null where nothing is perturbed at all.
inline bool injects_at(const perturbed_states* perturbed, std::size_t type, int step) {
    if (perturbed == nullptr || perturbed->types[type].injects.empty()) return false;
    return perturbed->types[type].injects[static_cast<std::size_t>(step) - 1] != 0;
}
/// Whether any of a type's states are held at a step.
inline bool holds_at(const perturbed_states* perturbed, std::size_t type, int step) {
    if (perturbed == nullptr || perturbed->types[type].holds.empty()) return false;
    return perturbed->types[type].holds[static_cast<std::size_t>(step) - 1] != 0;
}

}  // namespace cortexpr::executors
