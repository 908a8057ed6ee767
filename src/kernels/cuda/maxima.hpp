#pragma once
// Which of two values of a map is its maximum, whatever the order in which they come.

#include "../pointwise_math.hpp"

namespace cortexpr::kernels::cuda {

/// Larger; of equal ones the first; a number that is none before all.
CORTEXPR_DEVICE inline bool is_better(float value, int place, float best, int best_place) {
    if (value != value) return best == best || place < best_place;
    return value > best || (value == best && place < best_place);
}

}  // namespace cortexpr::kernels::cuda
