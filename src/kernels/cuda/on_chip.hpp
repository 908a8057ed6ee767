#pragma once
// The on-chip backend's interface: a thread block takes one image through all steps, its states in shared memory as
// bfloat16, its products on tensor cores with float sums. Pointers to device memory, sizes and a stream; functions are
// found by name in the library, which nothing links (dlsym). They return 0, or a cudaError_t.
//
// A run is of a still image, starts from zero states and is asked for the last step's maxima alone; it gives no
// gradient of the image. Other requests go to the other backends. schedule/on_chip/fit.hpp says which networks fit, and
// schedule/on_chip/parameters.hpp which numbers their parameters are.
//
// Numbers are floats, weights are merged and signed as the plan's schedule merges them: by tap (row, then column), by
// source channel, by target channel. Edges that are absent have weights of 0, and gradients that are not read.

#include <cortexpr/numbers/on_chip_layout.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

struct on_chip_parameters {
    const float* state_weights = nullptr;          ///< (taps, states, states)
    const float* input_weights = nullptr;          ///< (taps, inputs, states)
    const float* output_weights = nullptr;         ///< (taps, states, outputs)
    const float* bias = nullptr;                   ///< (states)
    const float* rate = nullptr;                   ///< (states): 1/tau
    const float* output_bias = nullptr;            ///< (outputs)
    const std::uint8_t* nonlinearities = nullptr;  ///< (states): kernels::nonlinearity
};

struct on_chip_forward_job {
    on_chip_sizes sizes;
    on_chip_parameters parameters;
    int images = 0;
    const float* stimulus = nullptr;  ///< (images, inputs, height, width)
    void* saved = nullptr;            ///< on_chip_saved_bytes of it for the backward pass, or null
    float* features = nullptr;        ///< (images, outputs): each output channel's largest value
    std::int32_t* argmax = nullptr;   ///< (images, outputs): and where it is, y * width + x
};

/// Gradients of everything in on_chip_parameters that is a float, one after the other as in on_chip_offsets.
struct on_chip_backward_job {
    on_chip_sizes sizes;
    on_chip_parameters parameters;
    int images = 0;
    const float* stimulus = nullptr;
    const void* saved = nullptr;
    const std::int32_t* argmax = nullptr;
    const float* feature_adjoint = nullptr;  ///< (images, outputs)
    float* partial = nullptr;                ///< on_chip_partial_floats
    float* gradient = nullptr;               ///< on_chip_gradient_floats: set, not added to
};

/// Thread blocks share the images in runs of equal length that depend on their number alone, so that the sums over
/// images are the same on every device.
constexpr int on_chip_blocks(int images) { return images < 128 ? images : 128; }

constexpr std::size_t on_chip_gradient_floats(const on_chip_sizes& sizes) {
    return static_cast<std::size_t>(on_chip_offsets(sizes).size);
}
constexpr std::size_t on_chip_partial_floats(const on_chip_sizes& sizes, int images) {
    const auto slices = on_chip_blocks(images) * layout_of(sizes).splits;
    return static_cast<std::size_t>(slices) * on_chip_gradient_floats(sizes);
}
/// Of each step the states and the drives that led to them, as bfloat16. (Of a saturated sigmoid's value so few bits
/// would be left that its slope were lost.)
constexpr std::size_t on_chip_saved_bytes(const on_chip_sizes& sizes, int images) {
    const auto at = layout_of(sizes);
    return static_cast<std::size_t>(images) * static_cast<std::size_t>(sizes.steps) * 2 * at.adjoint;
}

}  // namespace cortexpr::kernels::cuda

extern "C" {
[[gnu::visibility("default")]] int cortexpr_cuda_on_chip_forward(
    const cortexpr::kernels::cuda::on_chip_forward_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_on_chip_backward(
    const cortexpr::kernels::cuda::on_chip_backward_job* job, void* stream);
}
