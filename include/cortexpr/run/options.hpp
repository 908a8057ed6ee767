#pragma once
// How a run computes and lays out its results. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/named_value.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace cortexpr {

/// A run has no more of them, nor states at more times in continuous time: what is kept for each would fill any memory.
inline constexpr int most_steps = 1'000'000;

/// How a network computes. All give the same numbers, up to rounding.
enum class executor : std::uint8_t {
    planned,      ///< the schedule that the type gives, with kernels that take one image after another; on the CPU, no
                  ///< second derivatives
    transparent,  ///< one convolution for each edge and step, plain autograd: the equations as they stand
    batched,      ///< the same schedule over whole batches with LibTorch's operations, on any device; no second
                  ///< derivatives
    on_chip,  ///< on a GPU whose multiprocessors hold the network's states (fits_on_chip): one thread block for each
              ///< image and all steps, with bfloat16 states; for the logits of still images (answer_only) - runs that
              ///< are asked for more are the batched executor's
};

/// The names in settings and files.
constexpr auto names_of(executor) {
    using enum executor;
    return std::array{named{planned, "planned"}, named{transparent, "transparent"}, named{batched, "batched"},
                      named{on_chip, "on_chip"}};
}

/// The type of maps and convolutions while a network runs. Parameters, their gradients, results and files stay
/// float32.
enum class precision : std::uint8_t {
    float32,   ///< or float64, as the parameters are
    tf32,      ///< float32 maps, products of 10 mantissa bits summed in float32; on GPUs from Ampere on
    bfloat16,  ///< what convolutions read has 8 significant bits, sums are float32; not by the transparent executor
};

/// The names in settings and files.
constexpr auto names_of(precision) {
    using enum precision;
    return std::array{named{float32, "float32"}, named{tf32, "tf32"}, named{bfloat16, "bfloat16"}};
}

/// The other way round. Throws usage_error for any other name.
inline precision precision_named(std::string_view name) { return value_named<precision>(name, "precision"); }

/// The order of the first two dimensions of sequences and recordings: (B, T, C, H, W) or (T, B, C, H, W).
enum class layout : std::uint8_t { batch_first, time_first };
/// The enumerators' names.
constexpr auto names_of(layout) {
    using enum layout;
    return std::array{named{batch_first, "batch_first"}, named{time_first, "time_first"}};
}

}  // namespace cortexpr
