#pragma once
// What the planned executor asks of the CPU: convolutions over channel-last maps, their adjoints, and the pointwise
// part of the equations. Each instruction set has one table of these functions (table_of.hpp), picked at run time.
//
// A map lies in memory as (row, column, channel), its channels padded to whole vectors, with a border of zeros wherever
// a convolution reads it. Pointers and sizes only: no LibTorch, and nothing that the linker could merge between
// instruction sets.

#include "sparse_jobs.hpp"

#include <cortexpr/numbers/activation.hpp>
#include <cortexpr/numbers/winograd.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels {

/// A map from its first inner position on. Zero strides repeat one position, or one row, everywhere.
template <class Scalar>
struct map_view {
    Scalar* origin = nullptr;
    std::ptrdiff_t row = 0, pixel = 0;

    [[gnu::always_inline]] Scalar* at(int y, int x) const { return origin + y * row + x * pixel; }
    /// A new view: one whose origin is changed is stored in parts and read back whole, which waits for the stores.
    [[gnu::always_inline]] map_view from_channel(std::ptrdiff_t first) const { return {origin + first, row, pixel}; }
    [[gnu::always_inline]] operator map_view<const Scalar>() const { return {origin, row, pixel}; }
};

/// Neighbouring channels of one source: a neuron type, or an input. A convolution can leave sources out.
struct channel_range {
    int first = 0, count = 0, source = 0;
};

/// One or two vectors of target channels, and the source channels that reach them. Its weights lie together: by tap, by
/// source channel in the order of its ranges, by target channel.
struct channel_block {
    int first = 0, vectors = 1;
    int first_range = 0, ranges = 0;
    int sources = 0;  ///< channels in all ranges
    std::size_t first_weight = 0;
};

/// target = start + weights * source, same size, or half of it with stride 2.
template <class Scalar>
struct convolution_job {
    map_view<const Scalar> source;  ///< origin: what the first tap reads for the first position
    int stride = 1;
    map_view<Scalar> target;
    map_view<const Scalar> start;  ///< may be the target
    int height = 0, width = 0;     ///< of the target
    int kernel_height = 1, kernel_width = 1;
    const channel_block* blocks = nullptr;
    int block_count = 0;
    const channel_range* ranges = nullptr;
    const Scalar* weights = nullptr;
    const std::uint8_t* source_is_read = nullptr;  ///< by source; null: all are
    const std::uint8_t* block_is_live = nullptr;   ///< by block; null: all are
    Scalar* scratch = nullptr;                     ///< as Winograd: scratch_of() scalars
    /// As Winograd: weights by tap, and where each block's lie, if what is nearly 0 is to be summed by tap; or null.
    const Scalar* tap_weights = nullptr;
    const channel_block* tap_blocks = nullptr;
};

/// weights' adjoint += source * target's adjoint, summed over positions.
template <class Scalar>
struct weight_gradient_job {
    map_view<const Scalar> source;
    int stride = 1;
    map_view<const Scalar> adjoint;
    int height = 0, width = 0;
    int kernel_height = 1, kernel_width = 1;
    const channel_block* blocks = nullptr;
    int block_count = 0;
    const channel_range* ranges = nullptr;
    Scalar* gradient = nullptr;
    const std::uint8_t* source_is_read = nullptr;
    const std::uint8_t* block_is_live = nullptr;
    Scalar* scratch = nullptr;
};

// As Winograd (numbers/winograd.hpp) the same jobs have weights by point instead of tap. Measured in
// docs/dev/planned.md, Numbers.
inline constexpr int most_winograd_tiles = 25;    ///< that are worked on together
inline constexpr int winograd_tile_padding = 16;  ///< scalars between two points

/// Tiles whose share of a weight gradient is summed together: twice as many where the sums at all points, which are
/// read and written once for them, exceed a million. Strides are the channels of a job's maps as padded.
constexpr int most_gradient_tiles(std::int64_t points, std::int64_t source_stride, std::int64_t target_stride) {
    constexpr std::int64_t many = std::int64_t{1} << 20;
    return points * source_stride * target_stride > many ? 49 : most_winograd_tiles;
}

/// Scalars that a Winograd job needs.
constexpr std::size_t scratch_of(int points, int source_stride, int target_stride) {
    const int tiles = most_gradient_tiles(points, source_stride, target_stride);
    return static_cast<std::size_t>(points) *
           static_cast<std::size_t>(tiles * (source_stride + target_stride) + 2 * winograd_tile_padding);
}

/// One vector of channels and the nonlinearity of those lanes that `mask` (all bits set) names; null: all lanes.
template <class Scalar>
struct lane_group {
    int first = 0;
    pointwise_function<Scalar> function{};
    const Scalar* mask = nullptr;
};

/// f = function(drive); after = before + rate (f - before); saved = f, or the drive where f doesn't tell the slope.
template <class Scalar>
struct step_job {
    int height = 0, width = 0;
    lane_group<Scalar> lanes;
    map_view<const Scalar> drive, before, rate;
    map_view<Scalar> after, saved;
    bool streams = false;  ///< `saved`, in whole lines of the cache, goes past the caches: it is read much later
};

/// The adjoint of step_job. From `saved` and the adjoint of `after`:
/// drive' = after' rate slope; before' = after' (1 - rate); rate' += after' (f - before).
template <class Scalar>
struct step_adjoint_job {
    int height = 0, width = 0;
    lane_group<Scalar> lanes;
    map_view<const Scalar> saved, before, rate, after_adjoint;
    map_view<Scalar> drive_adjoint, before_adjoint;
    /// += drive' where origin is not null: the adjoint of a drive that all steps share
    map_view<Scalar> constant_drive_adjoint;
    map_view<Scalar> rate_gradient;   ///< one position (strides 0), or the whole map
    Scalar* bias_gradient = nullptr;  ///< += the sum of drive' over positions
};

/// after = before + rate (f - before) again, from what was saved.
template <class Scalar>
struct replay_job {
    int height = 0, width = 0;
    lane_group<Scalar> lanes;
    map_view<const Scalar> saved, before, rate;
    map_view<Scalar> after;
};

/// sum += sign function(value): the term of an edge with a nonlinearity of its own, and an output's.
template <class Scalar>
struct apply_job {
    int height = 0, width = 0;
    lane_group<Scalar> lanes;
    Scalar sign = 1;
    map_view<const Scalar> value;
    map_view<Scalar> sum;
    bool replace = false;  ///< sum = sign function(value) instead
};

/// value' = sign slope(value) sum'; the sum over positions is added to bias_gradient where that is not null.
template <class Scalar>
struct apply_adjoint_job {
    int height = 0, width = 0;
    lane_group<Scalar> lanes;
    Scalar sign = 1;
    map_view<const Scalar> value, sum_adjoint;
    map_view<Scalar> value_adjoint;
    Scalar* bias_gradient = nullptr;
};

/// The largest value of each lane in a window, and the position (row * map_width + column) where it stands first; NaN
/// counts as larger than all.
template <class Scalar>
struct largest_job {
    map_view<const Scalar> map;  ///< of the whole map, at the vector's first channel
    int first_row = 0, last_row = 0, first_column = 0, last_column = 0;
    int map_width = 0;
    Scalar* value = nullptr;         ///< a vector
    std::int32_t* argmax = nullptr;  ///< as many
};

/// Each value becomes the nearest one of bfloat16; of two, the even one. NaN stays NaN.
template <class Scalar>
struct round_job {
    int height = 0, width = 0, channels = 0;  ///< whole vectors of channels
    map_view<Scalar> map;
};

/// drive += current, by (row, column, channel).
template <class Scalar>
struct current_job {
    int height = 0, width = 0, channels = 0;
    const Scalar* current = nullptr;
    map_view<Scalar> drive;  ///< at the first channel
};

/// state = value where `held` is not 0; both by (row, column, channel).
template <class Scalar>
struct hold_job {
    int height = 0, width = 0, channels = 0;
    const Scalar* held = nullptr;
    const Scalar* value = nullptr;  ///< null: zeros
    map_view<Scalar> state;         ///< at the first channel
};

/// Where a normal number stands, beside its position in a row.
struct normal_position {
    std::uint32_t row = 0, step = 0, stream = 0;
};
inline constexpr int normal_block =
    64;  ///< numbers drawn together; one for all instruction sets, whose numbers are equal
/// Scalars that a noise_job needs.
constexpr std::size_t noise_scratch(int width, int channels) {
    constexpr auto block = static_cast<std::size_t>(normal_block);
    return (static_cast<std::size_t>(width) * static_cast<std::size_t>(channels) + block - 1) / block * block;
}

/// drive += amount * a number from N(0, 1), a float's for doubles, too. That of a channel in a row is the one at
/// `column * channels + channel` of the row's blocks, so it depends on key, stream, step, and its position alone.
template <class Scalar>
struct noise_job {
    int height = 0, width = 0, channels = 0;
    map_view<Scalar> drive;           ///< at the first channel
    Scalar amount = 0;                ///< everywhere
    const Scalar* amounts = nullptr;  ///< by (row, column, channel), or null
    std::uint64_t key = 0;            ///< of the image
    std::uint32_t step = 0, stream = 0;
    float* scratch = nullptr;  ///< noise_scratch() scalars
};

/// One way to compute convolutions. The adjoint is a convolution with other weights.
template <class Scalar>
struct convolution_kernels {
    void (*convolve)(const convolution_job<Scalar>&);
    void (*add_weight_gradient)(const weight_gradient_job<Scalar>&);
};

template <class Scalar>
struct kernel_table {
    const char* name;
    int lanes;  ///< scalars in a vector; maps are padded to whole ones
    convolution_kernels<Scalar> direct, winograd;
    void (*step)(const step_job<Scalar>&);
    void (*step_adjoint)(const step_adjoint_job<Scalar>&);
    void (*replay)(const replay_job<Scalar>&);
    void (*apply)(const apply_job<Scalar>&);
    void (*apply_adjoint)(const apply_adjoint_job<Scalar>&);
    void (*largest)(const largest_job<Scalar>&);
    void (*round)(const round_job<Scalar>&);  ///< null for double
    void (*add_current)(const current_job<Scalar>&);
    void (*hold)(const hold_job<Scalar>&);
    void (*add_noise)(const noise_job<Scalar>&);
    sparse_kernels<Scalar> sparse;
};

/// The fastest table that this CPU can run, or the one that CORTEXPR_CPU names in the environment: portable, avx2 or
/// avx512.
/// \throws usage_error  no table has that name, or this CPU can't run it
template <class Scalar>
const kernel_table<Scalar>& kernels_for_this_cpu();

}  // namespace cortexpr::kernels
