#pragma once
// A network made ready for one run on the CPU: layouts, packed weights, and where each value lies that the backward
// pass will need. All images and threads share it. No LibTorch here.

#include "layouts.hpp"
#include "ready_convolution.hpp"
#include "saved_offsets.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cortexpr::executors::planned {

/// What a run asks for, besides the network.
struct program_request : plan::run {
    bool saves_for_backward = true;
    bool rounds = false;  ///< what convolutions read, both ways, to bfloat16; for float
    int parts = 1;        ///< of the run; each has a program
};

/// Steps of a run from one of them on, for which parameters and edges stay the same.
struct program_part {
    int index = 0;  ///< in the run
    int first_step = 1;
    std::span<const std::uint8_t> cut_edges{}, cut_feedback{};  ///< which nothing passes; empty: none
};

/// Keeps copies of the parameters that it needs, not the caller's memory. A run whose parameters or edges change on the
/// way has several, the first of which holds the others; layouts and saved maps are the same in all.
template <class Scalar>
class program {
  public:
    program(const plan::network& network, program_request request, std::span<const Scalar* const> parameters,
            const kernels::kernel_table<Scalar>& kernels, const program_part& part = {});

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
    /// Where the gradients of this part begin in those of the run.
    std::size_t gradient_start() const { return gradient_start_; }
    int first_step() const { return first_step_; }
    /// The step under which what is constant over the part's steps is saved.
    int constant_step() const { return -part_; }

    /// Steps from its first on are its own; parts come in their order.
    void add_part(std::unique_ptr<program> part);
    const program& at_step(int step) const;
    /// This one first.
    std::vector<const program*> parts() const;
    std::size_t gradient_size_of_parts() const;
    /// What a Winograd convolution needs for itself, at most.
    std::size_t scratch_size() const;
    /// Multiply-adds of one image forward, about: those of all convolutions at all steps.
    std::int64_t multiply_adds() const;
    int feature_count() const { return network().readout.features; }

    /// From a worker's gradients, all of them added up, to those of the network's parameters, which are set.
    void unpack_gradients(const Scalar* gradients, std::span<Scalar* const> parameters) const;

  private:
    const map_layout& layout_of(const plan::saved_map& map) const;

    program_request request_;
    int part_ = 0, first_step_ = 1;
    std::size_t gradient_start_ = 0;
    std::vector<std::unique_ptr<program>> later_{};  ///< parts
    plan::run_facts facts_;
    const kernels::kernel_table<Scalar>& kernels_;
    layouts<Scalar> layouts_;
    std::vector<ready_convolution<Scalar>> convolutions_, feedback_;
    saved_offsets<Scalar> saved_;
    line_offsets<Scalar> gradients_;
};

}  // namespace cortexpr::executors::planned
