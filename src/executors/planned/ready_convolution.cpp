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

/// Neighbouring pairs of channels of a block that a packing holds side by side: the first of them, and where they stand
/// in the block's parameter.
struct packed_row {
    int source = 0, target = 0;
    std::size_t first = 0;  ///< pair
    kernels::pair_row pairs{};
};

/// Calls visit for all pairs of a block, in rows of at most `most` that no multiple of it divides: the channels that
/// are packed by vectors are targets, or the adjoint's, sources.
template <class Visitor>
void for_each_row(const plan::weight_block& block, bool is_adjoint, int most, std::size_t taps, Visitor visit) {
    const int sources = block.sources / block.groups, targets = block.targets / block.groups;
    const int across = is_adjoint ? sources : targets, along = is_adjoint ? targets : sources;
    const std::size_t apart = taps * (is_adjoint ? 1 : index(sources));
    for (int group = 0; group < block.groups; ++group) {
        const int first_source = block.first_source + group * sources, first_target = group * targets;
        const int start = is_adjoint ? first_source : block.first_target + first_target;
        for (int fixed = 0; fixed < along; ++fixed)
            for (int i = 0, count = 0; i < across; i += count) {
                count = std::min(across - i, most - (start + i) % most);
                const int source = is_adjoint ? i : fixed, target = first_target + (is_adjoint ? fixed : i);
                visit(packed_row{first_source + source,
                                 block.first_target + target,
                                 index(target) * index(sources) + index(source),
                                 {.count = count, .apart = static_cast<std::ptrdiff_t>(apart)}});
            }
    }
}

/// A packing's rows end where its blocks of vectors do.
int most_pairs_of(int lanes) { return std::min(kernels::most_pairs, 2 * lanes); }

/// All weights of one parameter into a packing.
template <class Scalar>
void pack_block(packed_weights<Scalar>& packed, const plan::weight_block& block, bool is_adjoint,
                const cortexpr::extent& extent, const Scalar* weights) {
    if (packed.values.empty()) return;
    const auto taps = index(extent.height) * index(extent.width);
    const auto sign = static_cast<Scalar>(block.sign);
    const kernels::winograd_weights<Scalar> as_winograd(packed.is_winograd ? extent.height : 3);
    for_each_row(block, is_adjoint, most_pairs_of(packed.ranges.lanes()), taps, [&](packed_row row) {
        const auto range = packed.ranges.of(row.source, row.target);
        Scalar* to = &packed.values[range.first];
        const Scalar* from = weights + row.first * taps;
        row.pairs.step = range.step;
        if (packed.is_winograd) return as_winograd.write(from, row.pairs, sign, is_adjoint, to);
        for (std::size_t tap = 0; tap < taps; ++tap, to += range.step)
            for (int pair = 0; pair < row.pairs.count; ++pair)
                to[pair] =
                    sign *
                    from[pair * row.pairs.apart + static_cast<std::ptrdiff_t>(is_adjoint ? taps - 1 - tap : tap)];
    });
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
                       winograd ? kernels::winograd_points(what.extent.height) : static_cast<int>(tap_count()),
                       lane_count);
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
    for (auto* packed : {&forward, &adjoint, &forward_taps}) packed->values.assign(packed->ranges.size(), 0);
    std::vector<Scalar> rounded;
    for (const auto& block : connections) {
        const Scalar* weights = parameters[index(block.parameter)];
        if (rounds) {
            rounded.resize(index(block.sources / block.groups) * index(block.targets) * tap_count());
            std::transform(weights, weights + rounded.size(), rounded.begin(), nearest_bfloat16<Scalar>);
            weights = rounded.data();
        }
        pack_block(forward, block, false, what.extent, weights);
        pack_block(adjoint, block, true, what.extent, weights);
        pack_block(forward_taps, block, false, what.extent, weights);
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
    tap_gradient =
        offsets.take(is_winograd ? size / index(kernels::winograd_points(what.extent.height)) * tap_count() : size);
    weight_gradient = is_winograd ? offsets.take(size) : tap_gradient;
    bias_gradient = offsets.take(index(target.stride));
}

template <class Scalar>
void ready_convolution<Scalar>::unpack(const Scalar* gradients, std::span<Scalar* const> parameters) const {
    const auto of_pair = tap_count();
    const kernels::winograd_weights<Scalar> as_winograd(is_winograd ? what.extent.height : 3);
    for (const auto& block : connections) {
        if (parameters[index(block.parameter)] == nullptr) continue;
        const auto weight_sign = static_cast<Scalar>(block.sign);
        for_each_row(block, false, most_pairs_of(gradient_packing().lanes()), of_pair, [&](packed_row row) {
            Scalar* weights = parameters[index(block.parameter)] + row.first * of_pair;
            if (is_winograd) {
                const auto range = gradient_packing().of(row.source, row.target);
                row.pairs.step = range.step;
                as_winograd.write_adjoint(gradients + weight_gradient + range.first, row.pairs, weight_sign, weights);
            }
            if (!has_tap_gradient) return;
            const auto range = taps().ranges.of(row.source, row.target);
            const Scalar* sums = gradients + tap_gradient + range.first;
            for (std::size_t tap = 0; tap < of_pair; ++tap, sums += range.step)
                for (int pair = 0; pair < row.pairs.count; ++pair) {
                    Scalar& weight = weights[pair * row.pairs.apart + static_cast<std::ptrdiff_t>(tap)];
                    const Scalar sum = weight_sign * sums[pair];
                    weight = is_winograd ? weight + sum : sum;
                }
        });
    }
    if (bias_parameter < 0 || parameters[index(bias_parameter)] == nullptr) return;
    const auto& first = connections.front();
    std::copy_n(gradients + bias_gradient + first.first_target, first.targets, parameters[index(bias_parameter)]);
}

template struct ready_convolution<float>;
template struct ready_convolution<double>;

}  // namespace cortexpr::executors::planned
