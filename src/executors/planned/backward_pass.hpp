#pragma once
// One image through all steps, from the last to the first.

#include "image_buffers.hpp"

#include <cstdint>
#include <vector>

namespace cortexpr::executors::planned {

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
