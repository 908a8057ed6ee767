#pragma once
// What perturbations do to the states and drives of a run, laid out by neuron type and step for the executors.

#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cortexpr::executors {

/// What is done to the states of one neuron type. Tensors are (T, B, C, H, W), where T and B are 1 if all steps or all
/// images are alike, and undefined where nothing is done.
struct perturbed_type {
    at::Tensor current{};                          ///< added to the drive
    at::Tensor mask{};                             ///< bool: where the state is held
    at::Tensor value{};                            ///< at which it is held
    std::vector<std::uint8_t> injects{}, holds{};  ///< by step, from 1: whether any of its neurons are reached

    // (B or 1, C, H, W). Steps count from 1.
    at::Tensor current_at(int step) const { return of_step(current, step); }
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

}  // namespace cortexpr::executors
