#include "ready_convolution.hpp"

#include "../../kernels/bfloat16.hpp"
#include "../../kernels/winograd_weights.hpp"

#include <cortexpr/schedule/winograd.hpp>

#include <algorithm>

namespace cortexpr::executors::planned {

namespace {

/// The sources of the channels of a map: the neuron types of states, or the one input.
std::vector<int> sources_of(const plan::run_facts& facts, int map, int channels) {
    if (map < 0) return std::vector<int>(index(channels), 0);
    std::vector<int> sources;
    for (const int type : facts.schedule().maps[index(map)].types)
        sources.insert(sources.end(), index(facts.network().types[index(type)].shape.channels), type);
    return sources;
}

template <class Scalar>
Scalar nearest_bfloat16(Scalar value) {
    return kernels::widened(kernels::narrowed(static_cast<float>(value)));
}

}  // namespace

template <class Scalar>
ready_convolution<Scalar>::ready_convolution(const plan::merged_convolution& convolution, const plan::run_facts& facts,
                                             const layouts<Scalar>& maps, bool backward)
    : what(convolution),
      connections(plan::weight_blocks_of(facts.network(), facts.schedule(), what)),
      is_winograd(plan::pays_as_winograd(facts.network(), what)) {
    const auto& area = maps.areas()[index(what.area)];
    const auto& input = what.from == plan::edge::source::stimulus ? area.input : area.feedback;
    source = what.source_map < 0 ? input : maps.maps()[index(what.source_map)].layout;
    target = what.to_output() ? area.output : maps.maps()[index(what.target_map)].layout;
    choose_packings(facts, maps.lanes(), backward);
    if (what.is_plain() || is_cut()) return;
    const auto& edge = facts.network().edges[index(what.edges.front())];
    sign = edge.sign;
    bias_parameter = edge.bias;
    const auto target_lanes = edge.to_output() ? std::span(area.output_lanes) : maps.lanes_of(edge.postsynaptic);
    lanes.assign(target_lanes.begin(), target_lanes.end());
    for (auto& group : lanes) group.function = what.nonlinearity;
}

template <class Scalar>
ready_convolution<Scalar>::ready_convolution(int feedback_edge, const plan::run_facts& facts,
                                             const layouts<Scalar>& maps, bool backward) {
    const auto& edge = facts.network().feedback[index(feedback_edge)];
    what = {.area = edge.to, .extent = edge.extent, .nonlinearity = edge.nonlinearity, .edges = {feedback_edge}};
    connections = {{.sources = edge.input.channels, .targets = edge.output.channels, .parameter = edge.weight}};
    target = maps.areas()[index(edge.to)].feedback;
    source =
        layout_of(edge.input.channels, target.height, target.width, target.border_y, target.border_x, maps.lanes());
    is_winograd = plan::pays_as_winograd(edge);
    bias_parameter = edge.bias;
    choose_packings(facts, maps.lanes(), backward);
    for (int first = 0; first < target.stride; first += maps.lanes())
        lanes.push_back({first, edge.nonlinearity, nullptr});
}

template <class Scalar>
void ready_convolution<Scalar>::choose_packings(const plan::run_facts& facts, int lane_count, bool backward) {
    const auto& network = facts.network();
    const auto sources_by_channel = sources_of(facts, what.source_map, source.channels);
    const auto targets_by_channel = sources_of(facts, what.target_map, target.channels);
    const auto packed = [&](bool is_adjoint, bool winograd) {
        return packing(connections, is_adjoint, is_adjoint ? targets_by_channel : sources_by_channel,
                       is_adjoint ? source.channels : target.channels,
                       winograd ? kernels::winograd_points : static_cast<int>(tap_count()), lane_count);
    };
    forward.is_winograd = is_winograd;
    forward.ranges = packed(false, is_winograd);
    has_kinks = is_winograd && plan::has_kinks(network);
    const bool backward_is_sparse = backward && what.to_output() && plan::maxima_are_sparse(network) &&
                                    what.area + 1 == static_cast<int>(network.areas.size());
    has_tap_gradient = !is_winograd || backward_is_sparse;
    if (is_winograd && (has_kinks || backward_is_sparse)) forward_taps.ranges = packed(false, false);
    if (!backward) return;
    adjoint.is_winograd = is_winograd;
    adjoint.ranges = packed(true, is_winograd);
}

template <class Scalar>
void ready_convolution<Scalar>::pack(std::span<const Scalar* const> parameters, bool rounds) {
    const auto taps = tap_count();
    for (auto* packed : {&forward, &adjoint, &forward_taps}) packed->values.assign(packed->ranges.size(), 0);
    const kernels::winograd_weights<Scalar> as_winograd(is_winograd ? what.extent.height : 1);
    std::vector<Scalar> rounded(rounds ? taps : 0);
    for (const auto& block : connections) {
        const Scalar* given = parameters[index(block.parameter)];
        const auto weight_sign = static_cast<Scalar>(block.sign);
        plan::for_each_pair(block, [&](int from, int to) {
            const Scalar* weight = given;
            if (rounds) {
                std::transform(given, given + taps, rounded.begin(), nearest_bfloat16<Scalar>);
                weight = rounded.data();
            }
            const auto write = [&](packed_weights<Scalar>& packed, bool is_reversed) {
                if (packed.values.empty()) return;
                const auto range = packed.ranges.of(from, to);
                if (packed.is_winograd) {
                    as_winograd.write(weight, weight_sign, is_reversed, &packed.values[range.first], range.step);
                } else {
                    for (std::size_t tap = 0; tap < taps; ++tap)
                        packed.values[range.first + tap * range.step] =
                            weight_sign * weight[is_reversed ? taps - 1 - tap : tap];
                }
            };
            write(forward, false);
            write(adjoint, true);
            write(forward_taps, false);
            given += taps;
        });
    }
    bias.assign(index(target.stride), 0);
    if (bias_parameter >= 0) {
        const auto& first = connections.front();
        std::copy_n(parameters[index(bias_parameter)], first.targets, bias.begin() + first.first_target);
    }
}

template <class Scalar>
void ready_convolution<Scalar>::assign_gradients(line_offsets<Scalar>& offsets) {
    // Room for sums by tap is taken where nothing writes them, too: the size decides how images are grouped
    // (executor.cpp), and so the bits of the sums.
    const auto size = gradient_packing().size();
    tap_gradient = offsets.take(is_winograd ? size / index(kernels::winograd_points) * tap_count() : size);
    weight_gradient = is_winograd ? offsets.take(size) : tap_gradient;
    bias_gradient = offsets.take(index(target.stride));
}

template <class Scalar>
void ready_convolution<Scalar>::unpack(const Scalar* gradients, std::span<Scalar* const> parameters) const {
    const auto taps_of_pair = tap_count();
    const kernels::winograd_weights<Scalar> as_winograd(is_winograd ? what.extent.height : 1);
    for (const auto& block : connections) {
        Scalar* weight = parameters[index(block.parameter)];
        if (weight == nullptr) continue;
        const auto weight_sign = static_cast<Scalar>(block.sign);
        plan::for_each_pair(block, [&](int from, int to) {
            if (is_winograd) {
                const auto range = gradient_packing().of(from, to);
                as_winograd.write_adjoint(gradients + weight_gradient + range.first, range.step, weight_sign, weight);
            }
            if (has_tap_gradient) {
                const auto range = taps().ranges.of(from, to);
                const Scalar* sums = gradients + tap_gradient + range.first;
                for (std::size_t tap = 0; tap < taps_of_pair; ++tap) {
                    const Scalar sum = weight_sign * sums[tap * range.step];
                    weight[tap] = is_winograd ? weight[tap] + sum : sum;
                }
            }
            weight += taps_of_pair;
        });
    }
    if (bias_parameter < 0 || parameters[index(bias_parameter)] == nullptr) return;
    const auto& first = connections.front();
    std::copy_n(gradients + bias_gradient + first.first_target, first.targets, parameters[index(bias_parameter)]);
}

template struct ready_convolution<float>;
template struct ready_convolution<double>;

}  // namespace cortexpr::executors::planned
