#pragma once
// A network's maps in memory, with the parameters that act on one position at a time: biases and rates.

#include "aligned.hpp"
#include "layout.hpp"

#include <cortexpr/schedule/run_facts.hpp>
#include <cortexpr/schedule/weight_map.hpp>

namespace cortexpr::executors::planned {

using plan::index;

template <class Scalar>
struct ready_map {
    plan::state_map what;
    map_layout layout;
    map_layout on_full_grid;        ///< of its channels on the area's full grid
    aligned_vector<Scalar> bias{};  ///< of all plain edges into it, signed
    aligned_vector<Scalar> rate{};  ///< 1/tau: by channel, or by position
    bool rate_by_position = false;
    std::size_t bias_gradient = 0, rate_gradient = 0;

    kernels::map_view<const Scalar> rates() const {
        return {rate.data(), rate_by_position ? layout.without_border().row() : 0,
                rate_by_position ? layout.stride : 0};
    }
};

template <class Scalar>
struct ready_area {
    map_layout input, feedback, output;
    std::vector<int> maps{};
    std::vector<int> into_states{}, into_output{};  ///< indices of convolutions
    std::vector<int> feedback_edges{};              ///< into this area
    aligned_vector<Scalar> output_bias{};
    std::vector<kernels::lane_group<Scalar>> output_lanes{};
    std::size_t output_bias_gradient = 0;
};

template <class Scalar>
class layouts {
  public:
    layouts(const plan::network& network, const plan::schedule& schedule, int lanes);
    layouts(const layouts&) = delete;  // lane groups point into masks_
    layouts& operator=(const layouts&) = delete;
    ~layouts() = default;

    int lanes() const { return lane_count_; }
    const std::vector<ready_map<Scalar>>& maps() const { return maps_; }
    const std::vector<ready_area<Scalar>>& areas() const { return areas_; }
    /// The vectors that hold a type's channels in its map, with the nonlinearity.
    std::span<const kernels::lane_group<Scalar>> lanes_of(int type) const {
        return lanes_[static_cast<std::size_t>(type)];
    }

    void pack(std::span<const Scalar* const> parameters);
    void assign_gradients(line_offsets<Scalar>& offsets);
    /// From sums of gradients to those of parameters, which are set where they are not null.
    void unpack(const Scalar* gradients, std::span<Scalar* const> parameters) const;

  private:
    void add_lanes(int type, const plan::neuron_type& declared, const map_layout& map, int first, int lanes);

    int lane_count_;
    std::vector<ready_map<Scalar>> maps_;
    std::vector<ready_area<Scalar>> areas_;
    std::vector<std::vector<kernels::lane_group<Scalar>>> lanes_;  ///< by neuron type
    std::vector<aligned_vector<Scalar>> masks_;                    ///< what lane groups point at
    std::vector<plan::bias_block> biases_;
    std::vector<plan::rate_block> rates_;    ///< by neuron type
    std::vector<std::vector<Scalar>> taus_;  ///< by neuron type
};

}  // namespace cortexpr::executors::planned
