#include "program.hpp"

#include "../../kernels/bfloat16.hpp"
#include "../../kernels/tile_weights.hpp"

#include <algorithm>
#include <cstring>

namespace cortexpr::executors::planned {

namespace {

template <class Index>
std::size_t at(Index index) {
    return static_cast<std::size_t>(index);
}

/// Slots of the channels of a map of states are its neuron types; an input has one slot.
std::vector<int> slots_of(const plan::network& network, const plan::schedule& schedule, int map, int channels) {
    std::vector<int> slots(at(channels), 0);
    for (int type = 0; map >= 0 && type < static_cast<int>(network.types.size()); ++type) {
        if (schedule.map_of_type[at(type)] != map) continue;
        const auto first = slots.begin() + schedule.channel_of_type[at(type)];
        std::fill(first, first + network.types[at(type)].shape.channels, type);
    }
    return slots;
}

template <class Scalar>
Scalar nearest_bfloat16(Scalar value) {
    return kernels::widened(kernels::narrowed(static_cast<float>(value)));
}

}  // namespace

template <class Scalar>
program<Scalar>::program(const plan::network& network, program_request request,
                         std::span<const Scalar* const> parameters, const kernels::kernel_table<Scalar>& kernels)
    : network_(network),
      request_(std::move(request)),
      kernels_(kernels),
      schedule_(plan::schedule_of(network)),
      live_(plan::live_values(network, request_.steps, request_.reads)) {
    lay_out();
    pack(parameters);
    place_kept();
    place_gradients();
}

template <class Scalar>
void program<Scalar>::lay_out() {
    const int lanes = kernels_.lanes;
    std::vector<cortexpr::extent> borders(network_.areas.size(), {0, 0});
    const auto widen = [&borders](int area, const cortexpr::extent& kernel) {
        auto& border = borders[at(area)];
        border = {std::max(border.height, kernel.height / 2), std::max(border.width, kernel.width / 2)};
    };
    for (const auto& edge : network_.edges) widen(edge.area, edge.extent);
    for (const auto& edge : network_.feedback) widen(edge.to, edge.extent);

    for (std::size_t i = 0; i < network_.areas.size(); ++i) {
        const auto& area = network_.areas[i];
        const auto laid = [&](const plan::map_shape& shape) {
            return layout_of(shape.channels, shape.height, shape.width, borders[i].height, borders[i].width, lanes);
        };
        ready_area<Scalar> ready{
            .input = laid(area.input), .feedback = laid(area.feedback), .output = laid(area.output)};
        ready.is_heard_by_area = i + 1 < network_.areas.size();
        ready.keeps_output = ready.is_heard_by_area;
        for (std::size_t edge = 0; edge < network_.feedback.size(); ++edge) {
            if (network_.feedback[edge].to == static_cast<int>(i))
                ready.feedback_edges.push_back(static_cast<int>(edge));
            ready.keeps_output |= network_.feedback[edge].from == static_cast<int>(i);
        }
        for (int first = 0; first < ready.output.stride; first += lanes)
            ready.output_lanes.push_back({first, area.output_nonlinearity, nullptr});
        areas_.push_back(std::move(ready));
    }
    for (const auto& map : schedule_.maps) {
        const auto& border = borders[at(map.area)];
        areas_[at(map.area)].maps.push_back(static_cast<int>(maps_.size()));
        maps_.push_back({.what = map,
                         .layout = layout_of(map.channels, map.height, map.width, border.height, border.width, lanes)});
    }
    lanes_.resize(network_.types.size());
    for (int type = 0; type < static_cast<int>(network_.types.size()); ++type)
        add_masks(type, schedule_.channel_of_type[at(type)], network_.types[at(type)].shape.channels);
    for (const auto& what : schedule_.convolutions) {
        auto& list = what.to_output() ? areas_[at(what.area)].into_output : areas_[at(what.area)].into_states;
        list.push_back(static_cast<int>(convolutions_.size()));
        convolutions_.push_back(made_ready(what));
    }
    for (std::size_t edge = 0; edge < network_.feedback.size(); ++edge)
        feedback_.push_back(made_ready(network_.feedback[edge], static_cast<int>(edge)));
}

/// A type that has a vector for itself needs no mask: the other lanes are padding.
template <class Scalar>
void program<Scalar>::add_masks(int type, int first, int count) {
    const int lanes = kernels_.lanes;
    const auto function = network_.types[at(type)].nonlinearity;
    const auto& map = maps_[at(schedule_.map_of_type[at(type)])];
    for (int vector = first / lanes * lanes; vector < first + count; vector += lanes) {
        const int low = std::max(first, vector), high = std::min(first + count, vector + lanes);
        const bool is_alone = low == vector && (high == vector + lanes || high == map.layout.channels);
        kernels::lane_group<Scalar> group{vector, function, nullptr};
        if (!is_alone) {
            auto& mask = masks_.emplace_back(at(lanes), Scalar{0});
            std::memset(mask.data() + (low - vector), 0xFF, at(high - low) * sizeof(Scalar));
            group.mask = mask.data();
        }
        lanes_[at(type)].push_back(group);
    }
}

template <class Scalar>
ready_convolution<Scalar> program<Scalar>::made_ready(const plan::merged_convolution& what) const {
    using source = plan::edge::source;
    const auto& area = areas_[at(what.area)];
    auto from = what.from == source::stimulus ? area.input : area.feedback;
    if (what.source_map >= 0) from = maps_[at(what.source_map)].layout;
    auto to = what.to_output() ? area.output : maps_[at(what.target_map)].layout;
    const auto channel_of = [this](int type) { return type < 0 ? 0 : schedule_.channel_of_type[at(type)]; };

    std::vector<connection> connections;
    for (const int index : what.edges) {
        const auto& edge = network_.edges[at(index)];
        connections.push_back({.first_source = channel_of(edge.presynaptic),
                               .first_target = channel_of(edge.postsynaptic),
                               .sources = edge.input.channels,
                               .targets = edge.output.channels,
                               .groups = edge.groups,
                               .slot = std::max(0, edge.presynaptic),
                               .weight = edge.weight,
                               .sign = what.is_plain() ? edge.sign : 1});
    }
    const auto source_slots = slots_of(network_, schedule_, what.source_map, from.channels);
    const auto target_slots = slots_of(network_, schedule_, what.target_map, to.channels);
    ready_convolution<Scalar> ready{.what = what,
                                    .connections = std::move(connections),
                                    .source = from,
                                    .target = to,
                                    .is_by_tiles = plan::pays_by_tiles(network_, what)};
    choose_packings(ready, source_slots, target_slots);
    if (!what.is_plain()) {
        const auto& edge = network_.edges[at(what.edges.front())];
        ready.sign = edge.sign;
        ready.bias_parameter = edge.bias;
        if (edge.to_output()) {
            ready.lanes = area.output_lanes;
        } else {
            ready.lanes = lanes_[at(edge.postsynaptic)];
        }
        for (auto& group : ready.lanes) group.function = what.nonlinearity;
    }
    return ready;
}

template <class Scalar>
ready_convolution<Scalar> program<Scalar>::made_ready(const plan::feedback_edge& edge, int index) const {
    const auto& to = areas_[at(edge.to)];
    auto from = layout_of(edge.input.channels, to.feedback.height, to.feedback.width, to.feedback.border_y,
                          to.feedback.border_x, kernels_.lanes);
    ready_convolution<Scalar> ready{
        .what = {.area = edge.to, .extent = edge.extent, .nonlinearity = edge.nonlinearity, .edges = {index}},
        .connections = {{.sources = edge.input.channels, .targets = edge.output.channels, .weight = edge.weight}},
        .source = from,
        .target = to.feedback,
        .is_by_tiles = plan::pays_by_tiles(edge),
        .bias_parameter = edge.bias};
    choose_packings(ready, std::vector<int>(at(from.channels), 0), std::vector<int>(at(to.feedback.channels), 0));
    for (int first = 0; first < to.feedback.stride; first += kernels_.lanes)
        ready.lanes.push_back({first, edge.nonlinearity, nullptr});
    return ready;
}

template <class Scalar>
void program<Scalar>::choose_packings(ready_convolution<Scalar>& one, std::span<const int> source_slots,
                                      std::span<const int> target_slots) const {
    const auto packed = [&](bool is_adjoint, bool by_point) {
        const int taps = one.what.extent.height * one.what.extent.width;
        return packing(one.connections, is_adjoint, is_adjoint ? target_slots : source_slots,
                       is_adjoint ? one.source.channels : one.target.channels, by_point ? kernels::tile_points : taps,
                       kernels_.lanes);
    };
    one.forward.is_by_point = one.is_by_tiles && plan::sums_go_by_tiles(network_);
    one.forward.places = packed(false, one.forward.is_by_point);
    if (!request_.keeps_for_backward) return;
    one.adjoint.is_by_point = one.is_by_tiles;
    one.adjoint.places = packed(true, one.adjoint.is_by_point);
    if (one.is_by_tiles && !one.forward.is_by_point) one.point_places = packed(false, true);
    if (one.forward.is_by_point && steps_back_by_place(one)) one.forward_taps.places = packed(false, false);
}

template <class Scalar>
bool program<Scalar>::steps_back_by_place(const ready_convolution<Scalar>& one) const {
    return request_.keeps_for_backward && features_are_sparse() && one.what.to_output() &&
           one.what.area + 1 == static_cast<int>(areas_.size());
}

template <class Scalar>
void program<Scalar>::pack_weights(ready_convolution<Scalar>& one, std::span<const Scalar* const> parameters) const {
    const auto taps = at(one.what.extent.height * one.what.extent.width);
    for (auto* packed : {&one.forward, &one.adjoint, &one.forward_taps})
        packed->values.assign(packed->places.size(), 0);
    const kernels::tile_weights<Scalar> at_points(one.is_by_tiles ? one.what.extent.height : 1);
    std::vector<Scalar> rounded(request_.rounds ? taps : 0);
    for (const auto& edge : one.connections) {
        const Scalar* given = parameters[at(edge.weight)];
        const auto sign = static_cast<Scalar>(edge.sign);
        for_each_pair(edge, [&](int source, int target) {
            const Scalar* weight = given;
            if (request_.rounds) {
                std::transform(given, given + taps, rounded.begin(), nearest_bfloat16<Scalar>);
                weight = rounded.data();
            }
            const auto write = [&](packed_weights<Scalar>& packed, bool is_reversed) {
                if (packed.values.empty()) return;
                const auto place = packed.places.of(source, target);
                if (packed.is_by_point) {
                    at_points.write(weight, sign, is_reversed, &packed.values[place.first], place.step);
                } else {
                    for (std::size_t tap = 0; tap < taps; ++tap)
                        packed.values[place.first + tap * place.step] =
                            sign * weight[is_reversed ? taps - 1 - tap : tap];
                }
            };
            write(one.forward, false);
            write(one.adjoint, true);
            write(one.forward_taps, false);
            given += taps;
        });
    }
    one.bias.assign(at(one.target.stride), 0);
    if (one.bias_parameter >= 0) {
        const auto& first = one.connections.front();
        std::copy_n(parameters[at(one.bias_parameter)], first.targets, one.bias.begin() + first.first_target);
    }
}

template <class Scalar>
void program<Scalar>::unpack_weights(const ready_convolution<Scalar>& one, const Scalar* gradients,
                                     std::span<Scalar* const> parameters) const {
    const auto taps = at(one.what.extent.height * one.what.extent.width);
    const kernels::tile_weights<Scalar> at_points(one.is_by_tiles ? one.what.extent.height : 1);
    const bool has_taps = !one.is_by_tiles || steps_back_by_place(one);
    for (const auto& edge : one.connections) {
        Scalar* weight = parameters[at(edge.weight)];
        if (weight == nullptr) continue;
        const auto sign = static_cast<Scalar>(edge.sign);
        for_each_pair(edge, [&](int source, int target) {
            if (one.is_by_tiles) {
                const auto place = one.gradient_places().of(source, target);
                at_points.write_adjoint(gradients + one.weight_gradient + place.first, place.step, sign, weight);
            }
            if (has_taps) {
                const auto place = one.taps().places.of(source, target);
                const Scalar* sums = gradients + one.tap_gradient + place.first;
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    const Scalar sum = sign * sums[tap * place.step];
                    weight[tap] = one.is_by_tiles ? weight[tap] + sum : sum;
                }
            }
            weight += taps;
        });
    }
}

template <class Scalar>
void program<Scalar>::pack(std::span<const Scalar* const> parameters) {
    for (auto& one : convolutions_) pack_weights(one, parameters);
    for (auto& one : feedback_) pack_weights(one, parameters);
    for (auto& map : maps_) map.bias.assign(at(map.layout.stride), 0);
    for (auto& area : areas_) area.output_bias.assign(at(area.output.stride), 0);
    for (const auto& edge : network_.edges) {
        if (edge.bias < 0 || edge.nonlinearity != activation::none) continue;
        const int type = edge.postsynaptic;
        auto& bias = type < 0 ? areas_[at(edge.area)].output_bias : maps_[at(schedule_.map_of_type[at(type)])].bias;
        const int first = type < 0 ? 0 : schedule_.channel_of_type[at(type)];
        const Scalar* given = parameters[at(edge.bias)];
        for (int c = 0; c < edge.output.channels; ++c) bias[at(first + c)] += edge.sign < 0 ? -given[c] : given[c];
    }
    for (std::size_t type = 0; type < network_.types.size(); ++type) {
        const auto& declared = network_.types[type];
        const Scalar* tau = parameters[at(declared.tau_parameter)];
        taus_.emplace_back(tau, tau + network_.parameters[at(declared.tau_parameter)].size());
        maps_[at(schedule_.map_of_type[type])].rate_by_place |=
            declared.tau == tau_mode::spatial || declared.tau == tau_mode::per_subtype_spatial;
    }
    for (auto& map : maps_)
        map.rate.assign(map.rate_by_place ? map.layout.without_border().size() : at(map.layout.stride), 1);
    for (std::size_t type = 0; type < network_.types.size(); ++type) {
        const auto& declared = network_.types[type];
        auto& map = maps_[at(schedule_.map_of_type[type])];
        const bool by_subtype = declared.tau == tau_mode::per_subtype || declared.tau == tau_mode::per_subtype_spatial;
        const bool by_place = declared.tau == tau_mode::spatial || declared.tau == tau_mode::per_subtype_spatial;
        const int places = map.rate_by_place ? map.what.height * map.what.width : 1;
        const auto own_places = by_place ? declared.shape.places() : 1;
        for (int place = 0; place < places; ++place)
            for (int c = 0; c < declared.shape.channels; ++c) {
                const auto index = (by_subtype ? c * own_places : 0) + (by_place ? place : 0);
                map.rate[at(place * map.layout.stride + schedule_.channel_of_type[type] + c)] =
                    1 / taus_[type][at(index)];
            }
    }
}

template <class Scalar>
bool program<Scalar>::map_is_live(int map, int step) const {
    for (std::size_t type = 0; type < network_.types.size(); ++type)
        if (schedule_.map_of_type[type] == map && live_.state(step, static_cast<int>(type))) return true;
    return false;
}

template <class Scalar>
bool program<Scalar>::hears_stimulus(int area, int step) const {
    if (area == 0) return request_.is_sequence;
    const int sent = step - network_.area_delay;
    return sent == 0 || live_.output(sent, area - 1);
}

template <class Scalar>
bool program<Scalar>::source_is_nonzero(const ready_convolution<Scalar>& one, int step) const {
    if (one.what.from == plan::edge::source::stimulus) return true;
    if (one.what.from == plan::edge::source::top_down) {
        const bool is_fed = !areas_[at(one.what.area)].feedback_edges.empty();
        return (step > 0 && is_fed) || !request_.feedback_starts_at_zero[at(one.what.area)];
    }
    for (const auto& edge : one.connections)
        if (!is_zero(edge.slot, step)) return true;
    return false;
}

template <class Scalar>
void program<Scalar>::place_kept() {
    const auto rows = at(request_.steps) + 1;
    const auto steps_of = [rows](auto& table, std::size_t count) {
        table.assign(count, std::vector<std::size_t>(rows, kept_places::none));
    };
    const auto take = [this](const map_layout& layout) {
        const auto place = kept_.size;
        kept_.size += whole_lines<Scalar>(layout.without_border().size());
        return place;
    };
    steps_of(kept_.states, maps_.size());
    steps_of(kept_.outputs, areas_.size());
    steps_of(kept_.output_drives, areas_.size());
    steps_of(kept_.feedback, areas_.size());
    steps_of(kept_.edge_drives, convolutions_.size());
    steps_of(kept_.feedback_drives, feedback_.size());
    for (std::size_t c = 0; c < convolutions_.size(); ++c) {
        const auto& one = convolutions_[c];
        if (one.what.is_plain() || !is_still(one)) continue;
        // Who is read at all is read at the first step.
        if (live_.state(1, network_.edges[at(one.what.edges.front())].postsynaptic))
            kept_.edge_drives[c][0] = take(one.target);
    }
    for (std::size_t t = 1; t < rows; ++t) {
        const int step = static_cast<int>(t);
        for (std::size_t m = 0; m < maps_.size(); ++m)
            if (request_.keeps_for_backward && map_is_live(static_cast<int>(m), step))
                kept_.states[m][t] = take(maps_[m].layout);
        for (std::size_t a = 0; a < areas_.size(); ++a) {
            const bool live = live_.output(step, static_cast<int>(a));
            if (live && areas_[a].keeps_output) kept_.outputs[a][t] = take(areas_[a].output);
            if (live && network_.areas[a].output_nonlinearity != activation::none)
                kept_.output_drives[a][t] = take(areas_[a].output);
            if (live_.fed_back(step, static_cast<int>(a))) kept_.feedback[a][t] = take(areas_[a].feedback);
        }
        for (std::size_t c = 0; c < convolutions_.size(); ++c) {
            const auto& one = convolutions_[c];
            if (one.what.is_plain() || is_still(one)) continue;
            const auto& edge = network_.edges[at(one.what.edges.front())];
            if (edge.to_output() ? live_.output(step, edge.area) : live_.state(step, edge.postsynaptic))
                kept_.edge_drives[c][t] = take(one.target);
        }
        for (std::size_t f = 0; f < feedback_.size(); ++f)
            if (!feedback_[f].what.is_plain() && live_.fed_back(step, network_.feedback[f].to))
                kept_.feedback_drives[f][t] = take(feedback_[f].target);
    }
}

template <class Scalar>
void program<Scalar>::place_gradients() {
    const auto take = [this](std::size_t size) {
        const auto place = gradient_size_;
        gradient_size_ += whole_lines<Scalar>(size);
        return place;
    };
    for (auto* list : {&convolutions_, &feedback_})
        for (auto& one : *list) {
            // Room for sums by tap is taken where nobody writes them, too: the size decides how images are grouped
            // (executor.cpp), and so the bits of the sums.
            const auto taps = at(one.what.extent.height * one.what.extent.width);
            const auto size = one.gradient_places().size();
            one.tap_gradient = take(one.is_by_tiles ? size / at(kernels::tile_points) * taps : size);
            one.weight_gradient = one.is_by_tiles ? take(size) : one.tap_gradient;
            one.bias_gradient = take(at(one.target.stride));
        }
    for (auto& map : maps_) {
        map.bias_gradient = take(at(map.layout.stride));
        map.rate_gradient = take(map.rate.size());
    }
    for (auto& area : areas_) area.output_bias_gradient = take(at(area.output.stride));
}

template <class Scalar>
void program<Scalar>::unpack_gradients(const Scalar* gradients, std::span<Scalar* const> parameters) const {
    for (const auto* list : {&convolutions_, &feedback_})
        for (const auto& one : *list) {
            unpack_weights(one, gradients, parameters);
            if (one.bias_parameter < 0 || parameters[at(one.bias_parameter)] == nullptr) continue;
            const auto& first = one.connections.front();
            std::copy_n(gradients + one.bias_gradient + first.first_target, first.targets,
                        parameters[at(one.bias_parameter)]);
        }
    for (const auto& edge : network_.edges) {
        if (edge.bias < 0 || edge.nonlinearity != activation::none || parameters[at(edge.bias)] == nullptr) continue;
        const int type = edge.postsynaptic;
        const Scalar* sum = gradients + (type < 0 ? areas_[at(edge.area)].output_bias_gradient
                                                  : maps_[at(schedule_.map_of_type[at(type)])].bias_gradient +
                                                        at(schedule_.channel_of_type[at(type)]));
        for (int c = 0; c < edge.output.channels; ++c) parameters[at(edge.bias)][c] = edge.sign < 0 ? -sum[c] : sum[c];
    }
    for (std::size_t type = 0; type < network_.types.size(); ++type) {
        const auto& declared = network_.types[type];
        Scalar* gradient = parameters[at(declared.tau_parameter)];
        if (gradient == nullptr) continue;
        const auto& map = maps_[at(schedule_.map_of_type[type])];
        const bool by_subtype = declared.tau == tau_mode::per_subtype || declared.tau == tau_mode::per_subtype_spatial;
        const bool by_place = declared.tau == tau_mode::spatial || declared.tau == tau_mode::per_subtype_spatial;
        const auto own_places = by_place ? declared.shape.places() : 1;
        const auto size = network_.parameters[at(declared.tau_parameter)].size();
        std::fill_n(gradient, size, Scalar{0});
        const int places = map.rate_by_place ? map.what.height * map.what.width : 1;
        for (int c = 0; c < declared.shape.channels; ++c)
            for (int place = 0; place < places; ++place)
                gradient[(by_subtype ? c * own_places : 0) + (by_place ? place : 0)] +=
                    gradients[map.rate_gradient + at(place * map.layout.stride + schedule_.channel_of_type[type] + c)];
        for (std::int64_t i = 0; i < size; ++i) gradient[i] *= -1 / (taus_[type][at(i)] * taus_[type][at(i)]);
    }
}

template <class Scalar>
std::size_t program<Scalar>::scratch_size() const {
    std::size_t most = 0;
    for (const auto* list : {&convolutions_, &feedback_})
        for (const auto& one : *list) {
            if (!one.is_by_tiles) continue;
            const int widest = std::max({one.source.stride, one.target.stride, 2 * kernels_.lanes});
            most = std::max(most, kernels::scratch_of(kernels::tile_points, widest, widest));
        }
    return most;
}

template class program<float>;
template class program<double>;

}  // namespace cortexpr::executors::planned
