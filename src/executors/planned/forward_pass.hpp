#pragma once
// One image through all steps.

#include "image_buffers.hpp"

#include <cstdint>
#include <vector>

namespace cortexpr::executors::planned {

template <class Scalar>
class forward_pass : public image_buffers<Scalar> {
  public:
    /// \param streams  what is saved goes past the caches: that of all images is more than they hold
    forward_pass(const program<Scalar>& program, const starts<Scalar>& given, const overrides<Scalar>& overridden,
                 const values<Scalar>& results, bool streams);

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
    bool streams_;
    std::vector<buffer> drives_, constant_drives_;  ///< by map
    std::vector<buffer> outputs_;                   ///< by area: where it isn't saved
    std::vector<std::uint8_t> live_types_;          ///< by neuron type
    std::vector<float> noise_scratch_;
};

}  // namespace cortexpr::executors::planned
