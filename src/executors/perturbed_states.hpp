#pragma once
// Perturbations of states and drives as tensors, by neuron type and step.

#include "noise_current.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace cortexpr::executors {

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

/// The part of a run's tensors from a step on, for some steps.
std::shared_ptr<const perturbed_states> part_of(const perturbed_states& all, int first, int count);

}  // namespace cortexpr::executors
