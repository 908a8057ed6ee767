#pragma once
// What the passes of one image through all steps share: buffers that stay in a core's cache. A worker has a pass for
// each direction and sends image after image through it.

#include "overrides.hpp"
#include "planes.hpp"
#include "program.hpp"
#include "resize_maps.hpp"

#include <cstdint>
#include <vector>

namespace cortexpr::executors::planned {

/// States and inputs in bordered buffers, where convolutions read them.
template <class Scalar>
class image_buffers {
  public:
    using constant_view = kernels::map_view<const Scalar>;
    using mutable_view = kernels::map_view<Scalar>;

    /// States of `state_steps` successive steps are held at a time.
    image_buffers(const program<Scalar>& program, const starts<Scalar>& given, const overrides<Scalar>& overridden,
                  int state_steps);

    /// Multiply-adds times two that convolutions were asked for, channels counted as padded; in the backward pass those
    /// of the sources' gradients.
    std::int64_t operations() const { return operations_; }

  protected:
    using buffer = aligned_vector<Scalar>;

    static map_size size_of(const map_layout& layout) { return {layout.height, layout.width}; }
    static buffer zeros(const map_layout& layout) { return buffer(layout.size(), Scalar{0}); }

    /// To bfloat16, where the run asks for that.
    void round(mutable_view map, const map_layout& layout) {
        if (program_->request().rounds)
            program_->kernels().round(
                {.height = layout.height, .width = layout.width, .channels = layout.stride, .map = map});
    }
    void start_image(std::int64_t image, Scalar* saved);
    /// From here on, weights, biases and rates are those of a step.
    void enter(int step) { program_ = &whole_.at_step(step); }
    /// Whether a part of the run begins with the step that was entered.
    bool begins_part(int step) const { return program_->first_step() == step; }
    /// Zeros in the channels of a type in its map.
    void clear_type(int type, mutable_view map) {
        const auto& shape = program_->network().types[index(type)].shape;
        fill_map(map.from_channel(program_->schedule().channel_of_type[index(type)]), {shape.height, shape.width},
                 shape.channels, Scalar{0});
    }
    bool injects(int type, int step) const { return !overridden_.empty() && overridden_[index(type)].injects_at(step); }
    bool holds(int type, int step) const { return !overridden_.empty() && overridden_[index(type)].holds_at(step); }
    /// Brings what is held of a type into its map; of an adjoint, zeros.
    void hold(int type, int step, mutable_view map, bool is_adjoint = false) {
        const auto& one = overridden_[index(type)];
        const auto& shape = program_->network().types[index(type)].shape;
        program_->kernels().hold({.height = shape.height,
                                  .width = shape.width,
                                  .channels = shape.channels,
                                  .held = one.held.at(image_, step),
                                  .value = is_adjoint ? nullptr : one.value.at(image_, step),
                                  .state = map.from_channel(program_->schedule().channel_of_type[index(type)])});
    }
    mutable_view state(int map, int step) {
        auto& steps = states_[index(map)];
        return program_->maps()[index(map)].layout.view(steps[index(step) % steps.size()].data());
    }
    mutable_view saved_view(std::size_t offset, const map_layout& layout) {
        return layout.without_border().view(saved_ + offset);
    }
    /// The output of an area as it was saved, or at step 0 as it started.
    constant_view output_before(int area, int step);
    /// What an area receives at a step, brought into its buffer.
    void load_stimulus(int area, int step);
    /// The source of a convolution at the first tap; of states, those of `state_step`.
    constant_view source_of(const ready_convolution<Scalar>& one, int state_step);
    /// A feedback edge's source: the sending area's output on the receiving area's grid.
    constant_view feedback_source(int edge, int step);
    static constant_view from_first_tap(constant_view map, const cortexpr::extent& kernel) {
        return {map.origin - (kernel.height / 2) * map.row - (kernel.width / 2) * map.pixel, map.row, map.pixel};
    }
    /// Blocks of a map whose channels belong to live types.
    const std::uint8_t* live_blocks(const packing& packed, int map, const std::vector<std::uint8_t>& types);
    /// By neuron type: whether its state after a step may differ from 0.
    const std::vector<std::uint8_t>& nonzero_states(int step);
    /// What is the same for a convolution whenever it runs. `packed` is that of its direction.
    template <class Job>
    void prepare(Job& job, const ready_convolution<Scalar>& one, const packing& packed) {
        job.kernel_height = one.what.extent.height;
        job.kernel_width = one.what.extent.width;
        job.blocks = packed.blocks().data();
        job.block_count = static_cast<int>(packed.blocks().size());
        job.ranges = packed.channel_ranges().data();
        job.scratch = scratch_.data();
    }
    /// `weights` are those of the forward direction or of the adjoint; `job` says where the maps lie.
    void convolve(const ready_convolution<Scalar>& one, const packed_weights<Scalar>& weights,
                  kernels::convolution_job<Scalar> job);

    const program<Scalar>& whole_;
    const program<Scalar>* program_;  ///< of the part of the run that is under way
    const plan::run_facts& facts_;
    const starts<Scalar>& given_;
    const overrides<Scalar>& overridden_;
    std::int64_t image_ = 0;
    Scalar* saved_ = nullptr;
    std::vector<std::vector<buffer>> states_;  ///< [map][step]
    std::vector<buffer> upsampled_;            ///< by map: of a half grid
    std::vector<buffer> stimulus_, feedback_;  ///< by area
    std::vector<buffer> shrunk_;               ///< by area: its stimulus between pooling and interpolation
    std::vector<buffer> first_output_;         ///< by area: before the first step
    std::vector<buffer> feedback_sources_;     ///< by feedback edge
    std::vector<std::uint8_t> live_blocks_, nonzero_;
    buffer scratch_;
    std::int64_t operations_ = 0;
};

}  // namespace cortexpr::executors::planned
