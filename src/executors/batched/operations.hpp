#pragma once
// The operations of a run, each recorded with its adjoint: convolutions, sums, nonlinearities, leaky steps, resizing.

#include "fused.hpp"
#include "tape.hpp"

#include <cortexpr/dsl/options.hpp>
#include <cortexpr/plan/network.hpp>

namespace cortexpr::executors::batched {

/// A convolution with zero padding that keeps the grid, over any part of its channels. In the backward pass its weights
/// get their gradient at the end, with the steps that used the same channels as one batch.
class convolution {
  public:
    struct shape {
        cortexpr::extent extent{};
        int stride = 1;
        int groups = 1;
    };

    /// `weight` (target channels, source channels / groups, height, width); `bias` (target channels) or none.
    convolution(tape& tape, variable weight, variable bias, const shape& shape);
    convolution(const convolution&) = delete;
    convolution& operator=(const convolution&) = delete;
    ~convolution() = default;

    /// What reaches the weight's `rows` from a source that holds its `columns`.
    variable operator()(const slice& source, const channels& columns, const channels& rows);

    /// The largest values that this makes of a source, in the windows of adaptive pooling, with a bias (C) or none
    /// added: (B, rows, pool height, pool width), float32. The backward pass visits the positions of maxima alone.
    /// For a convolution without groups, stride and bias of its own.
    variable maxima(const device_kernels& kernels, const slice& source, const channels& columns, const channels& rows,
                    const slice& bias, const cortexpr::extent& windows);

  private:
    /// A part of the weight that steps have in common.
    struct block {
        channels columns, rows;
        at::Tensor weight;
        std::vector<at::Tensor> sources, adjoints;  ///< of the backward pass in progress, by use, from the last one
    };
    block& block_of(const channels& columns, const channels& rows);
    at::Tensor source_adjoint(const block& block, const at::Tensor& adjoint, const at::Tensor& source) const;
    void send_to_parameters();

    tape& tape_;
    variable weight_, bias_;
    shape shape_;
    std::vector<std::unique_ptr<block>> blocks_;
};

/// A part of a sum, at channels of it from this one on.
struct term {
    variable of;
    std::int64_t first_channel = 0;
    bool may_be_overwritten = true;  ///< nothing else reads its value
};

/// The sum of one or more terms and of a bias (C), which may be missing, over a number of channels.
variable added(tape& tape, const std::vector<term>& terms, const slice& bias, std::int64_t channel_count);

/// sign * f(z); z is overwritten or shared, and so is the result: no sum may overwrite it.
variable applied_to(tape& tape, const activation_function& function, int sign, const variable& z);

/// A leaky step of a map.
struct step_of_map {
    std::vector<term> drives;
    slice constant_drive;  ///< added to them: a map, or a bias (C)
    slice before;          ///< h(t-1), or none for 0
    slice rate;            ///< (1, C, H or 1, W or 1)
    std::vector<segment> segments;
    std::vector<channels> zeros;  ///< channels that are 0 afterwards whatever drives them
    at::Tensor after;             ///< memory for the new state
    step_memory* drive_adjoints = nullptr;
    int step = 0;  ///< in that memory
};
variable stepped(tape& tape, const step_of_map& job);

/// A map in which the channels from one on are `values` where the mask, (B or 1, C, H, W), says so.
variable held(tape& tape, const variable& map, std::int64_t first_channel, const at::Tensor& mask,
              const at::Tensor& values);

/// Several slices as one batch, the first one's images first.
variable joined(tape& tape, const std::vector<slice>& slices);

/// Bilinear resizing, corners not aligned.
variable interpolated(tape& tape, const variable& map, std::int64_t height, std::int64_t width);

/// Adaptive pooling.
variable pooled(tape& tape, const variable& map, pool_mode mode, std::int64_t height, std::int64_t width);

/// How an area sees the map of the one below: pooled along sides that shrink, interpolated along sides that grow.
variable fitted(tape& tape, const variable& map, pool_mode mode, std::int64_t height, std::int64_t width);

}  // namespace cortexpr::executors::batched
