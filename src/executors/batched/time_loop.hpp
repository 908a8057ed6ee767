#pragma once
// All steps of a whole batch, recorded on a tape.

#include "../perturbed_states.hpp"
#include "inputs.hpp"
#include "operations.hpp"

#include <cortexpr/run/values.hpp>

#include <deque>

namespace cortexpr::executors::batched {

/// A tensor that a run gives: of each step, to be stacked, or of one.
struct result {
    std::vector<slice> parts;  ///< empty if not requested; a part without a value is zeros
    bool is_stacked = false;
    plan::map_shape shape{};  ///< of a part
};

/// What of the results is requested, besides what the program's run reads.
struct result_request {
    bool answer = true, features = false;
};

class time_loop {
  public:
    /// `images` is the batch; the program, the tape and what is perturbed must outlive the loop, the loop the backward
    /// pass.
    time_loop(const program& program, tape& tape, run_inputs<variable> inputs, std::int64_t images,
              const perturbed_states* perturbed = nullptr);
    time_loop(const time_loop&) = delete;
    time_loop& operator=(const time_loop&) = delete;
    ~time_loop() = default;

    run_values<result> run(const result_request& request);

  private:
    /// Where a map's state of a step, and the adjoint of its drive, are put.
    struct step_in_memory {
        std::size_t memory = 0;
        int step = 0;
    };

    void make_memory();
    void make_convolutions();
    void make_constant_drives();
    void step_states(int area, int step);
    void step_feedback(int step);
    void forget(int step);
    std::vector<term> drives_of(int map, int step);
    /// Currents into types that are computed, as parts of their map's drive.
    void add_currents(int map, int step, std::vector<term>& drives) const;
    /// The state with what is held in it.
    variable with_held(int map, int step, variable state) const;
    slice constant_drive_of(int map, int step) const;
    /// What an output convolution reads.
    struct output_source {
        std::size_t convolution = 0;
        use part;
        slice from;
    };
    template <class Read>
    std::vector<output_source> output_sources(int area, int step, Read read);
    std::vector<output_source> output_sources(int area, int step);
    /// The sources of all steps, one after another along the batch.
    std::vector<output_source> late_output_sources(int area);
    variable output_from(int area, const std::vector<output_source>& sources, std::int64_t images);
    void make_late_outputs();
    bool output_is_for_features_alone(const result_request& request) const;
    bool is_left_out(int area) const {
        return last_output_is_left_out_ && area + 1 == static_cast<int>(program_.network().areas.size());
    }
    slice output_bias(int area) const;
    /// What a merged convolution adds from a source that holds the columns of `part`, with its nonlinearity and
    /// sign.
    term edge_term(std::size_t one, const use& part, const slice& source);
    /// The columns that a step needs, or none if all is zero.
    slice source_of(std::size_t one, const use& part, int step);
    slice state_source(const plan::merged_convolution& one, const channels& columns, int step) const;
    slice zero_source(const plan::merged_convolution& one, const channels& columns) const;
    slice from_below(int area, int step);
    /// A neuron type's part of its map after a step.
    slice state_of(int type, int step) const;
    /// Values of all steps, and final states, where they are requested.
    run_values<result> recorded() const;
    result features();
    variable features_from(const std::vector<output_source>& sources, std::int64_t images);

    const program& program_;
    tape& tape_;
    run_inputs<variable> inputs_;
    bool last_output_is_left_out_ = false;  ///< of the last area: features are made of its sources
    std::int64_t images_;
    const perturbed_states* perturbed_;
    at::TensorOptions options_;
    std::deque<convolution> convolutions_, feedback_convolutions_;
    std::deque<step_memory> state_memory_, drive_memory_;
    std::vector<std::vector<step_in_memory>> memory_of_step_;  ///< [map][step]
    std::vector<variable> constant_drives_;       ///< by map: what the stimulus adds to the drives, and biases
    std::vector<std::vector<slice>> states_;      ///< [map][step]
    std::vector<std::vector<slice>> outputs_;     ///< [area][step]
    std::vector<std::vector<slice>> feedback_;    ///< [area][step]: what the area hears at the next one
    std::vector<std::vector<slice>> from_below_;  ///< [area][step]: from below, once it was asked for
    std::vector<std::vector<slice>> upsampled_;   ///< [map][step]: on the full grid, once it was asked for
};

}  // namespace cortexpr::executors::batched
