#pragma once
// Perturbations as the passes apply them. No LibTorch here.

#include "planes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::executors::planned {

/// Noise that is added to a neuron type's drive.
template <class Scalar>
struct overridden_noise {
    Scalar amount = 0;
    const Scalar* amounts = nullptr;        ///< by (row, column, channel), or null
    const std::int64_t* keys = nullptr;     ///< by image
    std::span<const std::uint8_t> reached;  ///< by image; empty: all
    int from = 1, to = 1;                   ///< steps
    std::uint32_t stream = 0;

    bool acts(std::int64_t image, int step) const {
        return step >= from && step <= to && (reached.empty() || reached[static_cast<std::size_t>(image)] != 0);
    }
};

/// What is done to the states of a neuron type.
template <class Scalar>
struct overridden_type {
    // Maps channels last:
    planes<const Scalar> current{};                 ///< added to the drive
    std::vector<overridden_noise<Scalar>> noise{};  ///< added to it, too
    planes<const Scalar> held{};                    ///< not 0 where the state is `value`
    planes<const Scalar> value{};
    std::span<const std::uint8_t> injects{}, holds{};  ///< by step, from 1

    bool injects_at(int step) const { return acts(injects, step); }
    bool holds_at(int step) const { return acts(holds, step); }

  private:
    static bool acts(std::span<const std::uint8_t> steps, int step) {
        return !steps.empty() && step > 0 && steps[static_cast<std::size_t>(step) - 1] != 0;
    }
};

/// By neuron type; empty where nothing is done.
template <class Scalar>
using overrides = std::vector<overridden_type<Scalar>>;

}  // namespace cortexpr::executors::planned
