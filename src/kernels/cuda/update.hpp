#pragma once
// A step of an optimiser over all parameters at once: the interface. Decay, step and projection of an element are one
// read and one write of what it has. Rates, loss and counts of steps may lie on the device, so that a step has no
// branch on the CPU and can be replayed. No atomics: sums are of parts of fixed length, in their order.

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

enum class step_kind : std::uint8_t { adam, sgd, rmsprop };

/// What train/update_rule.hpp says of a built-in rule.
struct step_rule {
    step_kind kind = step_kind::adam;
    bool nesterov = false;
    bool decouples_decay = false;
    double mean_decay = 0, square_decay = 0, momentum = 0, epsilon = 0;
};

/// One parameter, with what belongs to it.
struct update_segment {
    float* values = nullptr;
    const float* gradient = nullptr;
    float* kept[2] = {};           ///< in the rule's order
    float* count = nullptr;        ///< steps taken: one number, to which this one is added
    const float* decay = nullptr;  ///< null: none
    const float* rate = nullptr;   ///< one number in place of given_rate, where it isn't null
    std::ptrdiff_t size = 0;
    float given_rate = 0;      ///< learning rate times step gain
    float gain = 1;            ///< the step gain; decoupled decay doesn't depend on it
    float least = 0;           ///< of a value; -infinity where it is free
    int decay_stride = 0;      ///< 1: a decay for each element; 0: one for all
    std::ptrdiff_t block = 0;  ///< first of the blocks that it is divided into; set by assign_blocks
};

/// What holds for all elements of a parameter in one step.
struct update_scale {
    float rate, step, root;  ///< Adam's step is corrected for its start at 0, the root of the mean square is, too
    float factor;            ///< of the gradient
    float is_void;           ///< 1: nothing is stepped
};

struct update_job {
    step_rule rule{};
    update_segment* segments = nullptr;  ///< in the CPU's memory
    int segment_count = 0;
    const float* loss = nullptr;      ///< where it isn't finite, nothing is stepped; null: it is
    float clip_value = 0;             ///< 0: gradients aren't cut
    float clip_norm = 0;              ///< 0: gradients aren't scaled
    update_scale* scales = nullptr;   ///< segment_count
    float* square_partial = nullptr;  ///< update_blocks of it where gradients are scaled
};

/// Elements that a thread block takes: one for each thread.
inline constexpr int update_range = 256;

/// Divides all parameters into blocks; gives the number of these.
inline std::ptrdiff_t assign_blocks(update_segment* segments, int count) {
    std::ptrdiff_t blocks = 0;
    for (int i = 0; i < count; ++i) {
        segments[i].block = blocks;
        blocks += (segments[i].size + update_range - 1) / update_range;
    }
    return blocks;
}

}  // namespace cortexpr::kernels::cuda

extern "C" {
/// The segments are placed.
[[gnu::visibility("default")]] int cortexpr_cuda_update(const cortexpr::kernels::cuda::update_job* job, void* stream);
}
