#pragma once
// A network made ready for one run on the CPU: layouts, packed weights, and where each value lies that the backward
// pass will need. All images and threads share it. No LibTorch here.

#include "aligned.hpp"
#include "layout.hpp"

#include <cortexpr/schedule/work/savings.hpp>

#include <cstdint>
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

/// Weights as kernels read them in one direction. An empty packing holds none.
template <class Scalar>
struct packed_weights {
    bool is_by_point = false;  ///< of a tile, else by tap
    packing places{};
    aligned_vector<Scalar> values{};
};

/// A merged convolution, or a feedback edge's.
template <class Scalar>
struct ready_convolution {
    plan::merged_convolution what;
    std::vector<connection> connections;
    map_layout source, target;
    bool is_by_tiles = false;          ///< gradients, and sums unless a nonlinearity has a kink
    packed_weights<Scalar> forward{};  ///< of sums
    packed_weights<Scalar> adjoint{};  ///< with taps in reverse order; empty if there is no way back
    // Beside `forward` where that is of the other kind, empty where nobody reads them:
    packed_weights<Scalar> forward_taps{};
    packing point_places{};  ///< of sums' gradients
    // Of an edge that is alone, because it has a nonlinearity of its own or is feedback:
    aligned_vector<Scalar> bias{};
    std::vector<kernels::lane_group<Scalar>> lanes{};  ///< of its target, with its nonlinearity
    int sign = 1;
    int bias_parameter = -1;
    // Places in a worker's gradients. Weights lie there as in gradient_places() and as in taps(); without tiles both
    // are one.
    std::size_t weight_gradient = 0, tap_gradient = 0, bias_gradient = 0;

    /// By tap, where single places of the output step back.
    const packed_weights<Scalar>& taps() const { return forward.is_by_point ? forward_taps : forward; }
    /// By point of a tile, or by tap.
    const packing& gradient_places() const {
        return is_by_tiles && !forward.is_by_point ? point_places : forward.places;
    }
};

/// Where the values of each step lie among those kept of one image, by [map, area, convolution][step].
struct kept_places {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<std::vector<std::size_t>> states;         ///< by map: what the nonlinearity gave, or took
    std::vector<std::vector<std::size_t>> outputs;        ///< by area: where other areas read it
    std::vector<std::vector<std::size_t>> output_drives;  ///< by area: before its nonlinearity
    std::vector<std::vector<std::size_t>> feedback;       ///< by area: what it hears at the next step
    std::vector<std::vector<std::size_t>> edge_drives;  ///< by convolution: before the edge's nonlinearity; step 0 for
                                                        ///< a still image
    std::vector<std::vector<std::size_t>> feedback_drives;  ///< by feedback edge
    std::size_t size = 0;
};

template <class Scalar>
struct ready_map {
    plan::state_map what;
    map_layout layout;
    aligned_vector<Scalar> bias{};  ///< of all plain edges into it, signed
    aligned_vector<Scalar> rate{};  ///< 1/tau: by channel, or by place
    bool rate_by_place = false;
    std::size_t bias_gradient = 0, rate_gradient = 0;

    kernels::map_view<const Scalar> rates() const {
        return {rate.data(), rate_by_place ? layout.without_border().row() : 0, rate_by_place ? layout.stride : 0};
    }
};

template <class Scalar>
struct ready_area {
    map_layout input, feedback, output;
    std::vector<int> maps{};
    std::vector<int> into_states{}, into_output{};  ///< indices of convolutions
    std::vector<int> feedback_edges{};              ///< into this area
    bool is_heard_by_area = false;                  ///< its output by the next one
    bool keeps_output = false;                      ///< other areas read its output
    aligned_vector<Scalar> output_bias{};
    std::vector<kernels::lane_group<Scalar>> output_lanes{};
    std::size_t output_bias_gradient = 0;
};

/// What a run asks for, beside the network.
struct program_request {
    int steps = 1;
    bool is_sequence = false;
    plan::reads reads;
    std::vector<bool> starts_at_zero;           ///< by neuron type: no state is given and none is declared
    std::vector<bool> feedback_starts_at_zero;  ///< by area
    bool reads_features = false;                ///< at the answer's steps
    bool keeps_for_backward = true;
    bool rounds = false;  ///< what convolutions read, both ways, to bfloat16; for float
};

/// Keeps copies of the parameters that it needs, not the caller's memory.
template <class Scalar>
class program {
  public:
    program(const plan::network& network, program_request request, std::span<const Scalar* const> parameters,
            const kernels::kernel_table<Scalar>& kernels);
    program(const program&) = delete;  // lane groups point into masks_
    program& operator=(const program&) = delete;
    ~program() = default;

    const plan::network& network() const { return network_; }
    const plan::schedule& schedule() const { return schedule_; }
    const plan::liveness& live() const { return live_; }
    const program_request& request() const { return request_; }
    const kernels::kernel_table<Scalar>& kernels() const { return kernels_; }
    const kernels::convolution_kernels<Scalar>& convolution_kernels(bool by_tiles) const {
        return by_tiles ? kernels_.by_tiles : kernels_.direct;
    }
    const std::vector<ready_map<Scalar>>& maps() const { return maps_; }
    const std::vector<ready_area<Scalar>>& areas() const { return areas_; }
    const std::vector<ready_convolution<Scalar>>& convolutions() const { return convolutions_; }
    const std::vector<ready_convolution<Scalar>>& feedback() const { return feedback_; }
    const kept_places& kept() const { return kept_; }
    std::size_t gradient_size() const { return gradient_size_; }
    /// What a convolution by tiles needs for itself, at most.
    std::size_t scratch_size() const;
    int feature_count() const { return network_.readout.features; }

    /// The vectors that hold a type's channels in its map, with the nonlinearity.
    std::span<const kernels::lane_group<Scalar>> lanes_of(int type) const {
        return lanes_[static_cast<std::size_t>(type)];
    }

    /// Whether a convolution into states is the same at every step: it reads a still image.
    bool is_still(const ready_convolution<Scalar>& one) const {
        return !request_.is_sequence && !one.what.to_output() && one.what.area == 0 &&
               one.what.from == plan::edge::source::stimulus;
    }
    bool has_features(int step) const {
        return request_.reads_features && (step == request_.steps || request_.reads.every_answer);
    }
    /// Whether the readout's features are maxima of plain sums: each has one place, from which its adjoint goes
    /// straight on.
    bool features_are_sparse() const { return plan::maxima_are_sparse(network_); }
    bool is_silent(int type, int step) const {
        const auto& from = request_.reads.silenced_from;
        const auto index = static_cast<std::size_t>(type);
        return !from.empty() && from[index] > 0 && step >= from[index];
    }
    /// Whether a type's state is 0 everywhere after a step.
    bool is_zero(int type, int step) const {
        return step == 0 ? request_.starts_at_zero[static_cast<std::size_t>(type)] : is_silent(type, step);
    }
    bool map_is_live(int map, int step) const;
    /// Whether what an area receives at a step is there and must be brought to its buffer.
    bool hears_stimulus(int area, int step) const;
    /// Whether what a convolution reads may differ from 0; of states and feedback, those after a step.
    bool source_is_nonzero(const ready_convolution<Scalar>& one, int step) const;

    /// From a worker's gradients, all of them added up, to those of the network's parameters, which are set.
    void unpack_gradients(const Scalar* gradients, std::span<Scalar* const> parameters) const;

  private:
    void lay_out();
    void pack(std::span<const Scalar* const> parameters);
    void place_kept();
    void place_gradients();
    void add_masks(int type, int first, int count);
    ready_convolution<Scalar> made_ready(const plan::merged_convolution& what) const;
    ready_convolution<Scalar> made_ready(const plan::feedback_edge& edge, int index) const;
    /// The packings that the run reads. Slots by channel of the source and target maps.
    void choose_packings(ready_convolution<Scalar>& one, std::span<const int> source_slots,
                         std::span<const int> target_slots) const;
    /// Whether the readout's maxima go back through single places of what a convolution drives.
    bool steps_back_by_place(const ready_convolution<Scalar>& one) const;
    void pack_weights(ready_convolution<Scalar>& one, std::span<const Scalar* const> parameters) const;
    void unpack_weights(const ready_convolution<Scalar>& one, const Scalar* gradients,
                        std::span<Scalar* const> parameters) const;

    const plan::network& network_;
    program_request request_;
    const kernels::kernel_table<Scalar>& kernels_;
    plan::schedule schedule_;
    plan::liveness live_;
    std::vector<ready_map<Scalar>> maps_;
    std::vector<ready_area<Scalar>> areas_;
    std::vector<ready_convolution<Scalar>> convolutions_, feedback_;
    std::vector<std::vector<kernels::lane_group<Scalar>>> lanes_;  ///< by neuron type
    std::vector<aligned_vector<Scalar>> masks_;                    ///< what lane groups point at
    std::vector<std::vector<Scalar>> taus_;                        ///< by neuron type
    kept_places kept_;
    std::size_t gradient_size_ = 0;
};

}  // namespace cortexpr::executors::planned
