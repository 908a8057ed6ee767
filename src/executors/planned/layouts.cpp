#include "layouts.hpp"

#include <algorithm>
#include <cstring>

namespace cortexpr::executors::planned {

namespace {

/// By area: half the widest kernel that reads its maps.
std::vector<cortexpr::extent> borders_of(const plan::network& network) {
    std::vector<cortexpr::extent> borders(network.areas.size(), {0, 0});
    const auto widen = [&borders](int area, const cortexpr::extent& kernel) {
        auto& border = borders[index(area)];
        border = {std::max(border.height, kernel.height / 2), std::max(border.width, kernel.width / 2)};
    };
    for (const auto& edge : network.edges) widen(edge.area, edge.extent);
    for (const auto& edge : network.feedback) widen(edge.to, edge.extent);
    return borders;
}

}  // namespace

template <class Scalar>
layouts<Scalar>::layouts(const plan::network& network, const plan::schedule& schedule, int lanes)
    : lane_count_(lanes),
      biases_(plan::bias_blocks_of(network, schedule)),
      rates_(plan::rate_blocks_of(network, schedule)) {
    const auto borders = borders_of(network);
    const auto laid = [&](std::size_t area, const plan::map_shape& shape) {
        return layout_of(shape.channels, shape.height, shape.width, borders[area].height, borders[area].width, lanes);
    };
    for (std::size_t i = 0; i < network.areas.size(); ++i) {
        const auto& area = network.areas[i];
        ready_area<Scalar> ready{
            .input = laid(i, area.input), .feedback = laid(i, area.feedback), .output = laid(i, area.output)};
        for (int first = 0; first < ready.output.stride; first += lanes)
            ready.output_lanes.push_back({first, area.output_nonlinearity, nullptr});
        areas_.push_back(std::move(ready));
    }
    lanes_.resize(network.types.size());
    for (const auto& map : schedule.maps) {
        const auto area = index(map.area);
        const auto& full = network.areas[area].output;
        areas_[area].maps.push_back(static_cast<int>(maps_.size()));
        maps_.push_back({.what = map,
                         .layout = laid(area, map.shape()),
                         .on_full_grid = laid(area, {map.channels, full.height, full.width})});
        for (const int type : map.types)
            add_lanes(type, network.types[index(type)], maps_.back().layout, schedule.channel_of_type[index(type)],
                      lanes);
    }
    for (std::size_t c = 0; c < schedule.convolutions.size(); ++c) {
        const auto& one = schedule.convolutions[c];
        auto& area = areas_[index(one.area)];
        (one.to_output() ? area.into_output : area.into_states).push_back(static_cast<int>(c));
    }
    for (std::size_t edge = 0; edge < network.feedback.size(); ++edge)
        areas_[index(network.feedback[edge].to)].feedback_edges.push_back(static_cast<int>(edge));
}

/// A type that has a vector for itself needs no mask: the other lanes are padding.
template <class Scalar>
void layouts<Scalar>::add_lanes(int type, const plan::neuron_type& declared, const map_layout& map, int first,
                                int lanes) {
    const int end = first + declared.shape.channels;
    for (int vector = first / lanes * lanes; vector < end; vector += lanes) {
        const int low = std::max(first, vector), high = std::min(end, vector + lanes);
        const bool is_alone = low == vector && (high == vector + lanes || high == map.channels);
        kernels::lane_group<Scalar> group{vector, declared.nonlinearity, nullptr};
        if (!is_alone) {
            auto& mask = masks_.emplace_back(index(lanes), Scalar{0});
            std::memset(mask.data() + (low - vector), 0xFF, index(high - low) * sizeof(Scalar));
            group.mask = mask.data();
        }
        lanes_[index(type)].push_back(group);
    }
}

template <class Scalar>
void layouts<Scalar>::pack(std::span<const Scalar* const> parameters) {
    for (auto& map : maps_) map.bias.assign(index(map.layout.stride), 0);
    for (auto& area : areas_) area.output_bias.assign(index(area.output.stride), 0);
    for (const auto& block : biases_) {
        auto& bias = block.map < 0 ? areas_[index(block.area)].output_bias : maps_[index(block.map)].bias;
        const Scalar* given = parameters[index(block.parameter)];
        for (int c = 0; c < block.channels; ++c) bias[index(block.first + c)] += block.sign < 0 ? -given[c] : given[c];
    }
    for (const auto& block : rates_) maps_[index(block.map)].rate_by_position |= block.positions > 1;
    for (auto& map : maps_)
        map.rate.assign(map.rate_by_position ? map.layout.without_border().size() : index(map.layout.stride), 1);
    for (const auto& block : rates_) {
        auto& map = maps_[index(block.map)];
        const Scalar* given = parameters[index(block.parameter)];
        const auto& tau = taus_.emplace_back(given, given + block.size());
        for (std::int64_t position = 0; position < (map.rate_by_position ? map.what.shape().positions() : 1);
             ++position)
            for (int c = 0; c < block.channels; ++c)
                map.rate[index(position * map.layout.stride + block.first + c)] =
                    1 / tau[index(block.element(c, position))];
    }
}

template <class Scalar>
void layouts<Scalar>::assign_gradients(line_offsets<Scalar>& offsets) {
    for (auto& map : maps_) {
        map.bias_gradient = offsets.take(index(map.layout.stride));
        map.rate_gradient = offsets.take(map.rate.size());
    }
    for (auto& area : areas_) area.output_bias_gradient = offsets.take(index(area.output.stride));
}

template <class Scalar>
void layouts<Scalar>::unpack(const Scalar* gradients, std::span<Scalar* const> parameters) const {
    for (const auto& block : biases_) {
        Scalar* gradient = parameters[index(block.parameter)];
        if (gradient == nullptr) continue;
        const Scalar* sum =
            gradients + index(block.first) +
            (block.map < 0 ? areas_[index(block.area)].output_bias_gradient : maps_[index(block.map)].bias_gradient);
        for (int c = 0; c < block.channels; ++c) gradient[c] = block.sign < 0 ? -sum[c] : sum[c];
    }
    for (std::size_t type = 0; type < rates_.size(); ++type) {
        const auto& block = rates_[type];
        Scalar* gradient = parameters[index(block.parameter)];
        if (gradient == nullptr) continue;
        const auto& map = maps_[index(block.map)];
        std::fill_n(gradient, block.size(), Scalar{0});
        for (int c = 0; c < block.channels; ++c)
            for (std::int64_t position = 0; position < (map.rate_by_position ? map.what.shape().positions() : 1);
                 ++position)
                gradient[block.element(c, position)] +=
                    gradients[map.rate_gradient + index(position * map.layout.stride + block.first + c)];
        for (std::size_t i = 0; i < taus_[type].size(); ++i) gradient[i] *= -1 / (taus_[type][i] * taus_[type][i]);
    }
}

template class layouts<float>;
template class layouts<double>;

}  // namespace cortexpr::executors::planned
