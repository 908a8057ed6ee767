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

#include "sized/shape.hpp"

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

/// Which kernels run a network: those whose sizes are numbers that they read, or those that were made for its sizes
/// (sized/). Both run the same equations; the second ones several times as fast.
struct on_chip_choice {
    static constexpr int any_size = -1;

    int kernels = any_size;  ///< or a number that the library knows its sized kernels by
    sized::shape shape{};
    char reason[256]{};  ///< why there are no sized ones; empty if there are
};

struct on_chip_forward_job {
    on_chip_sizes sizes;
    on_chip_choice choice;
    on_chip_parameters parameters;
    int images = 0;
    const float* stimulus = nullptr;  ///< (images, inputs, height, width); on a boundary of 16 bytes
    void* packed = nullptr;           ///< on_chip_packed_bytes of weights as the kernels take them; the backward pass
                                      ///< reads them, too
    void* saved = nullptr;            ///< on_chip_saved_bytes of it for the backward pass, or null
    float* features = nullptr;        ///< (images, outputs): each output channel's largest value
    std::int32_t* argmax = nullptr;   ///< (images, outputs): and where it is, y * width + x
};

/// Gradients of everything in on_chip_parameters that is a float, one after the other as in on_chip_offsets.
struct on_chip_backward_job {
    on_chip_sizes sizes;
    on_chip_choice choice;
    on_chip_parameters parameters;
    int images = 0;
    const float* stimulus = nullptr;
    const void* packed = nullptr;
    const void* saved = nullptr;
    const std::int32_t* argmax = nullptr;
    const float* feature_adjoint = nullptr;  ///< (images, outputs)
    float* partial = nullptr;                ///< on_chip_partial_floats
    float* gradient = nullptr;               ///< on_chip_gradient_floats: set, not added to
};

/// Thread blocks share the images in ranges of equal length that depend on their number alone, so that the sums over
/// images are the same on every device.
constexpr int on_chip_blocks(int images) { return images < 128 ? images : 128; }

constexpr std::size_t on_chip_gradient_floats(const on_chip_sizes& sizes) {
    return static_cast<std::size_t>(on_chip_offsets(sizes).size);
}
/// How many sums over images are added up.
constexpr int on_chip_slices(const on_chip_choice& choice, const on_chip_sizes& sizes, int images) {
    if (choice.kernels == on_chip_choice::any_size) return on_chip_blocks(images) * layout_of(sizes).splits;
    return sized::smaller(images, sized::layout_of(choice.shape).backward_blocks);
}
constexpr std::size_t on_chip_partial_floats(const on_chip_choice& choice, const on_chip_sizes& sizes, int images) {
    const auto slices = static_cast<std::size_t>(on_chip_slices(choice, sizes, images));
    if (choice.kernels == on_chip_choice::any_size) return slices * on_chip_gradient_floats(sizes);
    return slices * static_cast<std::size_t>(sized::layout_of(choice.shape).slice_size);
}
constexpr std::size_t on_chip_packed_bytes(const on_chip_choice& choice) {
    if (choice.kernels == on_chip_choice::any_size) return 0;
    return static_cast<std::size_t>(sized::layout_of(choice.shape).packed_bytes);
}
/// Each step saves its states and the drives that led to them, as bfloat16. (A saturated sigmoid's value would have so
/// few bits left that its slope were lost.)
constexpr std::size_t on_chip_saved_bytes(const on_chip_choice& choice, const on_chip_sizes& sizes, int images) {
    const auto count = static_cast<std::size_t>(images);
    if (choice.kernels == on_chip_choice::any_size)
        return count * static_cast<std::size_t>(sizes.steps) * 2 * layout_of(sizes).adjoint;
    const auto layout = sized::layout_of(choice.shape);
    return count * (sized::saved_states_bytes(layout.state_bytes, sizes.steps) +
                    sized::saved_drives_bytes(layout.blocks, layout.drive_bytes, sizes.steps) +
                    sized::patch_bytes(layout.patch_words));
}

}  // namespace cortexpr::kernels::cuda

extern "C" {
/// Chooses kernels for a network of these sizes, whatever its steps; `names`, of its state channels' nonlinearities,
/// lies in the CPU's memory. It may compile kernels, or read such that were compiled before.
[[gnu::visibility("default")]] int cortexpr_cuda_on_chip_choose(const cortexpr::kernels::on_chip_sizes* sizes,
                                                                const std::uint8_t* names, int device,
                                                                cortexpr::kernels::cuda::on_chip_choice* choice);
/// The bytes of machine code that a compute capability's sized kernels take (90: Hopper), 0 where there can be none,
/// and then choice->reason says why. Compiles them into the cache; needs no GPU.
[[gnu::visibility("default")]] std::size_t cortexpr_cuda_on_chip_compile(
    const cortexpr::kernels::on_chip_sizes* sizes, const std::uint8_t* names, int capability,
    cortexpr::kernels::cuda::on_chip_choice* choice);
[[gnu::visibility("default")]] int cortexpr_cuda_on_chip_forward(
    const cortexpr::kernels::cuda::on_chip_forward_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_on_chip_backward(
    const cortexpr::kernels::cuda::on_chip_backward_job* job, void* stream);
}
