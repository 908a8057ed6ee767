#pragma once
// What the sized kernels are given; the library's functions fill it in from the jobs of on_chip.hpp.

#include "shape.hpp"

namespace cortexpr::kernels::cuda::sized {

/// Weights as bfloat16 in the order in which lanes take them, and what else doesn't change during a pass.
struct parameters {
    const unsigned char* packed = nullptr;  ///< layout::packed_bytes
    const float* rate = nullptr;            ///< (states)
    const float* output_bias = nullptr;     ///< (outputs)
};

/// From the numbers of on_chip_parameters.
struct pack_job {
    const float *state_weights, *input_weights, *output_weights, *bias;
    unsigned char* packed;
};

struct forward_job {
    parameters with;
    int steps, images;
    const float* stimulus;
    unsigned char* states = nullptr;  ///< what is saved for the backward pass; null: nothing
    unsigned char* drives = nullptr;
    unsigned char* patches = nullptr;
    float* features;
    std::int32_t* argmax;
};

struct backward_job {
    parameters with;
    int steps, images;
    const float* stimulus;
    const unsigned char *states, *drives;
    const std::int32_t* argmax;
    const float* feature_adjoint;
    float* slices;  ///< (thread blocks, layout::slice_size)
};

/// All gradients, as on_chip_offsets has them: sums over slices, and over images of what the maxima saw.
struct sum_job {
    int images, slices_count;
    const float *slices, *feature_adjoint;
    const unsigned char* patches;
    float* gradient;
};

}  // namespace cortexpr::kernels::cuda::sized
