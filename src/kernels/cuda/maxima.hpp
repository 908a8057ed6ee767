#pragma once
// Which of two values of a map is its maximum, whatever the order in which they come.

#include "../pointwise_math.hpp"

namespace cortexpr::kernels::cuda {

/// The larger value wins; ties go to the earlier position; NaN beats everything.
CORTEXPR_DEVICE inline bool is_better(float value, int position, float best, int best_position) {
    if (value != value) return best == best || position < best_position;
    return value > best || (value == best && position < best_position);
}

}  // namespace cortexpr::kernels::cuda
