#pragma once
// One image through all steps, forward or backward, in buffers that stay in a core's cache. A worker has one pass for
// each direction and sends image after image through it.

#include "overrides.hpp"
#include "planes.hpp"
#include "program.hpp"
#include "resize_maps.hpp"

#include <cstdint>
#include <vector>

namespace cortexpr::executors::planned {

/// What both directions share: states and inputs in bordered buffers, where convolutions read them.
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

template <class Scalar>
class forward_pass : public image_buffers<Scalar> {
  public:
    forward_pass(const program<Scalar>& program, const starts<Scalar>& given, const overrides<Scalar>& overridden,
                 const values<Scalar>& results);

    /// `saved` receives what the backward pass needs; `argmax` where each feature of each readout step comes from.
    void run(std::int64_t image, Scalar* saved, std::int32_t* argmax);

  private:
    using base = image_buffers<Scalar>;
    using base::facts_;
    using base::image_;
    using base::program_;
    using base::round;
    using base::saved_view;
    using base::size_of;
    using base::state;
    using base::zeros;
    using typename base::buffer;
    using typename base::constant_view;
    using typename base::mutable_view;

    void compute_constant_drive();
    void find_live_types(int step);
    void step_states(int area, int step);
    /// The sum of all that drives a map's types at a step.
    constant_view drive_of(int map, int step);
    /// The same with the currents that are injected.
    constant_view with_currents(int map, int step, constant_view drive);
    constant_view add_convolutions(const std::vector<int>& convolutions, int target_map, int step, constant_view start,
                                   mutable_view sum);
    void add_own_edge(const ready_convolution<Scalar>& one, std::size_t saved_offset, const std::uint8_t* blocks,
                      constant_view source, const std::uint8_t* read_sources, mutable_view sum);
    void compute_output(int area, int step);
    void compute_feedback(int step);
    void report(int step);
    void read_features(int step, std::int32_t* argmax);
    void read_largest(constant_view output, Scalar* features, std::int32_t* argmax);
    mutable_view output_view(int area, int step);

    const values<Scalar>& results_;
    std::vector<buffer> drives_, constant_drives_;  ///< by map
    std::vector<buffer> outputs_;                   ///< by area: where it isn't saved
    std::vector<std::uint8_t> live_types_;          ///< by neuron type
    std::vector<float> noise_scratch_;
};

template <class Scalar>
class backward_pass : public image_buffers<Scalar> {
  public:
    /// `adjoints` of what the run gave; `results` receives those of what it was given. Parameters whose `needs_grad` is
    /// false get none.
    backward_pass(const program<Scalar>& program, const starts<Scalar>& given, const overrides<Scalar>& overridden,
                  const values<const Scalar>& adjoints, const starts<Scalar>& results,
                  const std::vector<bool>& needs_grad);

    /// Those of the parameters are added to `gradients`, of the size of all parts.
    void run(std::int64_t image, const Scalar* saved, const std::int32_t* argmax, Scalar* gradients);

    /// Multiply-adds times two of the weights' gradients, counted as `operations()` does.
    std::int64_t weight_operations() const { return weight_operations_; }

  private:
    using base = image_buffers<Scalar>;
    using base::facts_;
    using base::given_;
    using base::image_;
    using base::program_;
    using base::round;
    using base::saved_view;
    using base::size_of;
    using base::state;
    using base::zeros;
    using typename base::buffer;
    using typename base::constant_view;
    using typename base::mutable_view;

    void clear_step(int step);
    void clear_constant_drive();
    void replay_states();
    void load_feedback(int area, int step);
    void receive(int step);
    void propagate_feedback(int step);
    void propagate_features(int step, const std::int32_t* argmax);
    void propagate_to_position(int step, int row, int column, int channel, Scalar adjoint);
    void propagate_output(int area, int step);
    void propagate_states(int area, int step);
    void propagate_stimulus(int area, int step);
    void propagate_constant_drive();
    void finish();

    void apply_adjoint(const ready_convolution<Scalar>& one, std::size_t offset, constant_view sum_adjoint,
                       mutable_view value_adjoint);
    void propagate_convolution(int convolution, int step, mutable_view adjoint,
                               const std::vector<std::uint8_t>* target_types);
    void propagate_to_states(const ready_convolution<Scalar>& one, int state_step, mutable_view adjoint,
                             const std::uint8_t* read_sources);
    void propagate_to_stimulus(const ready_convolution<Scalar>& one, int step, mutable_view adjoint,
                               const std::uint8_t* read_sources);
    void propagate_drives(int area, int step);
    /// Where the adjoint of what a position reads goes; no origin where nothing needs it.
    mutable_view adjoint_of_source(const ready_convolution<Scalar>& one, int step);
    void add_weight_gradient(const ready_convolution<Scalar>& one, constant_view from, constant_view adjoint,
                             const std::uint8_t* read_sources, const std::uint8_t* blocks);
    /// What the adjoint of a source is made of: it begins with `start`; blocks that are not live stay as they are.
    struct source_adjoint {
        constant_view start;
        mutable_view sum;
        const map_layout& layout;
        const std::uint8_t* live_blocks = nullptr;
    };
    void propagate(const ready_convolution<Scalar>& one, mutable_view adjoint, const source_adjoint& to,
                   const std::uint8_t* read_sources);

    mutable_view state_adjoint(int map, int step) {
        return program_->maps()[index(map)].layout.view(state_adjoints_[index(map)][index(step) % 2].data());
    }
    mutable_view feedback_adjoint(int area, int step) {
        return program_->areas()[index(area)].feedback.view(feedback_adjoints_[index(area)][index(step) % 2].data());
    }
    mutable_view output_adjoint(int area, int step) {
        return program_->areas()[index(area)].output.view(output_adjoints_[index(area)][index(step) % 2].data());
    }
    static void clear(mutable_view map, const map_layout& layout) {
        fill_map(map, size_of(layout), layout.stride, Scalar{0});
    }
    /// Zeros at all positions.
    constant_view nothing() const { return {no_adjoint_.data(), 0, 0}; }
    bool keeps_adjoint(int type, int step) const;
    bool stimulus_needs_grad(int area, int step) const;

    const values<const Scalar>& adjoints_;
    const starts<Scalar>& results_;
    const std::vector<bool>& parameter_needs_grad_;
    Scalar* gradients_ = nullptr;                                                       ///< of the part under way
    std::vector<std::vector<buffer>> state_adjoints_;                                   ///< [map][step % 2]
    std::vector<std::vector<buffer>> feedback_adjoints_, output_adjoints_;              ///< [area][step % 2]
    std::vector<buffer> drive_adjoints_, constant_drive_adjoints_;                      ///< by map
    std::vector<buffer> upsampled_adjoints_, spread_adjoints_;                          ///< by map
    std::vector<buffer> stimulus_adjoints_, shrunk_adjoints_;                           ///< by area
    buffer no_adjoint_;                                                                 ///< zeros, by channel
    std::vector<buffer> edge_adjoints_;                                                 ///< by convolution
    std::vector<buffer> feedback_edge_adjoints_, feedback_source_adjoints_;             ///< by feedback edge
    std::vector<std::vector<std::uint8_t>> type_has_adjoint_;                           ///< [step % 2][type]
    std::vector<std::vector<std::uint8_t>> feedback_has_adjoint_, output_has_adjoint_;  ///< [step % 2][area]
    std::vector<std::uint8_t> stimulus_has_adjoint_;                                    ///< by area
    std::vector<std::uint8_t> active_types_, sources_with_gradient_, only_;             ///< by type
    std::int64_t weight_operations_ = 0;
};

}  // namespace cortexpr::executors::planned
