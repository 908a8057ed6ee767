#pragma once
// A network made ready for one run on the CPU: layouts, packed weights, and where each value lies that the backward
// pass will need. All images and threads share it. No LibTorch here.

#include "layouts.hpp"
#include "ready_convolution.hpp"
#include "saved_offsets.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cortexpr::executors::planned {

/// Maps of a tensor in LibTorch's order, one for each image and step.
template <class Scalar>
struct planes {
    Scalar* data = nullptr;
    std::ptrdiff_t image_stride = 0, step_stride = 0;

    explicit operator bool() const { return data != nullptr; }
    /// Steps count from 1; what has none is at step 1.
    Scalar* at(std::int64_t image, int step = 1) const {
        return data + image * image_stride + (step - 1) * step_stride;
    }
};

/// Values that a run is given or gives, or their adjoints; what isn't asked for has no data.
template <class Scalar>
struct values {
    std::vector<planes<Scalar>> states, final_states;  ///< by neuron type
    std::vector<planes<Scalar>> outputs, feedback;     ///< by area
    planes<Scalar> answer;                             ///< the last area's output at the last step
    planes<Scalar> features;                           ///< inputs of the readout, at the steps that have logits
};
template <class Scalar>
struct starts {
    planes<Scalar> stimulus;
    std::vector<planes<Scalar>> states;             ///< by neuron type
    std::vector<planes<Scalar>> outputs, feedback;  ///< by area
};

/// What is done to the states of a neuron type.
template <class Scalar>
struct overridden_type {
    planes<const Scalar> current;  ///< added to the drive
    planes<const bool> held;       ///< where the state is `value`
    planes<const Scalar> value;
    std::span<const std::uint8_t> injects, holds;  ///< by step, from 1

    bool injects_at(int step) const { return acts(injects, step); }
    bool holds_at(int step) const { return acts(holds, step); }

  private:
    static bool acts(std::span<const std::uint8_t> steps, int step) {
        return !steps.empty() && step > 0 && steps[static_cast<std::size_t>(step) - 1] != 0;
    }
};

/// By neuron type; empty where nothing is done.
template <class Scalar>
using overrides = std::vector<overridden_type<Scalar>>;

/// What a run asks for, beside the network.
struct program_request : plan::run {
    bool keeps_for_backward = true;
    bool rounds = false;  ///< what convolutions read, both ways, to bfloat16; for float
};

/// Keeps copies of the parameters that it needs, not the caller's memory.
template <class Scalar>
class program {
  public:
    program(const plan::network& network, program_request request, std::span<const Scalar* const> parameters,
            const kernels::kernel_table<Scalar>& kernels);

    const plan::network& network() const { return facts_.network(); }
    const plan::schedule& schedule() const { return facts_.schedule(); }
    const plan::run_facts& facts() const { return facts_; }
    const program_request& request() const { return request_; }
    const kernels::kernel_table<Scalar>& kernels() const { return kernels_; }
    const kernels::convolution_kernels<Scalar>& convolution_kernels(bool winograd) const {
        return winograd ? kernels_.winograd : kernels_.direct;
    }
    const std::vector<ready_map<Scalar>>& maps() const { return layouts_.maps(); }
    const std::vector<ready_area<Scalar>>& areas() const { return layouts_.areas(); }
    std::span<const kernels::lane_group<Scalar>> lanes_of(int type) const { return layouts_.lanes_of(type); }
    const std::vector<ready_convolution<Scalar>>& convolutions() const { return convolutions_; }
    const std::vector<ready_convolution<Scalar>>& feedback() const { return feedback_; }
    const saved_offsets<Scalar>& saved() const { return saved_; }
    std::size_t gradient_size() const { return gradients_.size(); }
    /// What a Winograd convolution needs for itself, at most.
    std::size_t scratch_size() const;
    int feature_count() const { return network().readout.features; }

    /// From a worker's gradients, all of them added up, to those of the network's parameters, which are set.
    void unpack_gradients(const Scalar* gradients, std::span<Scalar* const> parameters) const;

  private:
    const map_layout& layout_of(const plan::saved_map& map) const;

    program_request request_;
    plan::run_facts facts_;
    const kernels::kernel_table<Scalar>& kernels_;
    layouts<Scalar> layouts_;
    std::vector<ready_convolution<Scalar>> convolutions_, feedback_;
    saved_offsets<Scalar> saved_;
    line_offsets<Scalar> gradients_;
};

}  // namespace cortexpr::executors::planned
