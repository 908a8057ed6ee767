#pragma once
// What states, outputs and feedback are before the first step.

#include "executor.hpp"

namespace cortexpr::executors {

/// Whether what starts as zeros is made, or left undefined.
enum class zero_starts : std::uint8_t { made, left_out };

struct initial_values {
    std::vector<at::Tensor> states;    ///< by neuron type
    std::vector<at::Tensor> outputs;   ///< by area; undefined where no area reads it late
    std::vector<at::Tensor> feedback;  ///< by area; undefined where the area hears none
};

/// What the request gives, else what is declared. Drawn ones are drawn on the CPU, so that devices agree.
initial_values initial_values_of(const run_context& context, zero_starts zeros = zero_starts::made);

}  // namespace cortexpr::executors
