#pragma once
// The fused backend's interface: what stands between the convolutions of other libraries, for maps in memory of the
// device. Pointers, sizes and a stream; functions are found by name in the library, which nothing links (dlsym). They
// return 0, or a cudaError_t.
//
// Maps are (images, height, width, channels), as floats or bfloat16; sums are floats. No atomics: sums over images and
// positions are taken in an order that depends on the sizes alone.

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

enum class storage : std::uint8_t { float32, bfloat16 };

struct map_sizes {
    int images = 0, height = 0, width = 0, channels = 0;

    constexpr std::ptrdiff_t grid() const { return std::ptrdiff_t{height} * width; }
    constexpr std::ptrdiff_t positions() const { return images * grid(); }
    constexpr std::ptrdiff_t size() const { return positions() * channels; }
};

/// A map that is read; perhaps some channels of a wider one.
struct map_part {
    const void* data = nullptr;  ///< null: zeros
    int pitch = 0;               ///< elements from one position to the next
};

/// z = drive + constant_drive + bias; after = before + rate (f(z) - before); saved = f(z), or z where f doesn't tell
/// the slope.
struct map_step_job {
    storage as = storage::float32;
    map_sizes sizes;
    const void* drive = nullptr;  ///< or null
    map_part constant_drive;
    const float* bias = nullptr;  ///< (channels), or null
    map_part before;
    const float* rate = nullptr;  ///< 1/tau: (channels), or (height, width, channels)
    bool rate_by_position = false;
    const std::uint8_t* nonlinearities = nullptr;  ///< (channels): kernels::nonlinearity
    void* after = nullptr;
    void* saved = nullptr;  ///< or null; may be drive
};

/// The adjoint of map_step_job.
struct map_step_adjoint_job {
    storage as = storage::float32;
    map_sizes sizes;
    const void* saved = nullptr;
    map_part before;
    const float* rate = nullptr;
    bool rate_by_position = false;
    const std::uint8_t* nonlinearities = nullptr;
    const void* after_adjoint = nullptr;
    void* drive_adjoint = nullptr;
    void* before_adjoint = nullptr;     ///< or null; may be after_adjoint
    float* partial = nullptr;           ///< map_step_partial_floats
    float* channel_gradient = nullptr;  ///< (2, channels), set: of biases, and of rates unless they go by position
    float* position_rate_gradient = nullptr;  ///< (height, width, channels), set, where rates go by position
};

/// Each channel's largest values in windows as those of PyTorch's adaptive pooling, and where they are.
struct map_maxima_job {
    storage as = storage::float32;
    map_sizes sizes;
    int pool_height = 1, pool_width = 1;
    const void* map = nullptr;
    float* features = nullptr;       ///< (images, channels, pool_height, pool_width)
    std::int32_t* argmax = nullptr;  ///< likewise: y * width + x
};

/// The adjoint of an output convolution of which only positions of maxima are read.
struct maxima_adjoint_job {
    storage as = storage::float32;
    map_sizes states;
    int outputs = 0, windows = 1;  ///< features: (outputs, windows) of each image
    int kernel_height = 1, kernel_width = 1;
    map_part map;                    ///< the states that were convolved
    const float* weights = nullptr;  ///< (taps, state channels, outputs)
    const std::int32_t* argmax = nullptr;
    const float* feature_adjoint = nullptr;
    void* state_adjoint = nullptr;  ///< a map, added to
    float* partial = nullptr;       ///< maxima_adjoint_partial_floats
    float* gradient = nullptr;      ///< of the weights, then (outputs) of the biases; set
};

/// Channels that a thread takes at a time: four, 16 bytes of float32, where all that it reads is aligned for it.
inline constexpr int widest = 4;

namespace detail {
inline bool is_aligned(const void* data, std::size_t bytes_of_one) {
    return reinterpret_cast<std::uintptr_t>(data) % (widest * bytes_of_one) == 0;
}
/// What steps and their adjoints have in common.
template <class Job>
bool is_wide_but_for(const Job& job, const map_part& other, const float* bias) {
    const std::size_t bytes = job.as == storage::float32 ? 4 : 2;
    return (job.sizes.channels | job.before.pitch | other.pitch) % widest == 0 && is_aligned(job.before.data, bytes) &&
           is_aligned(other.data, bytes) && is_aligned(job.rate, sizeof(float)) && is_aligned(bias, sizeof(float));
}
}  // namespace detail

inline bool is_wide(const map_step_job& job) { return detail::is_wide_but_for(job, job.constant_drive, job.bias); }
inline bool is_wide(const map_step_adjoint_job& job) { return detail::is_wide_but_for(job, {}, nullptr); }

/// Thread blocks that share the positions of a map: a position for each thread, and at most 512 sums to add up. Not
/// tuned.
constexpr int map_blocks(const map_sizes& sizes) {
    constexpr std::ptrdiff_t positions_of_block = 256, most = 512;
    const auto blocks = (sizes.positions() + positions_of_block - 1) / positions_of_block;
    return static_cast<int>(blocks < most ? blocks : most);
}
constexpr std::size_t map_step_partial_floats(const map_sizes& sizes) {
    return static_cast<std::size_t>(map_blocks(sizes)) * 2 * static_cast<std::size_t>(sizes.channels);
}

/// Thread blocks that share the images: one for each, and at most 128 sums to add up. Not tuned.
constexpr int maxima_adjoint_blocks(int images) { return images < 128 ? images : 128; }
constexpr std::size_t maxima_adjoint_gradient_floats(const maxima_adjoint_job& job) {
    const auto rows = static_cast<std::size_t>(job.kernel_height) * static_cast<std::size_t>(job.kernel_width) *
                      static_cast<std::size_t>(job.states.channels);
    return (rows + 1) * static_cast<std::size_t>(job.outputs);
}
constexpr std::size_t maxima_adjoint_partial_floats(const maxima_adjoint_job& job) {
    return static_cast<std::size_t>(maxima_adjoint_blocks(job.states.images)) * maxima_adjoint_gradient_floats(job);
}

}  // namespace cortexpr::kernels::cuda

extern "C" {
[[gnu::visibility("default")]] int cortexpr_cuda_step(const cortexpr::kernels::cuda::map_step_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_step_adjoint(const cortexpr::kernels::cuda::map_step_adjoint_job* job,
                                                              void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_maxima(const cortexpr::kernels::cuda::map_maxima_job* job,
                                                        void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_maxima_adjoint(const cortexpr::kernels::cuda::maxima_adjoint_job* job,
                                                                void* stream);
}
