#pragma once
// Which numbers of the on-chip kernels (on_chip_offsets) a network's parameters are, as indices: the weight map of the
// network, laid out as those kernels read it.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/on_chip/fit.hpp>
#include <cortexpr/schedule/weight_map.hpp>

namespace cortexpr::plan {

/// One parameter among all numbers. A number is the sum of sign * element over the elements that name it; of a tau,
/// 1 / element. Gradients are the adjoint: an element's is the sum over its numbers of sign * gradient; of a tau,
/// - gradient / tau^2.
struct on_chip_links {
    int parameter = -1;
    int sign = 1;
    bool is_tau = false;
    std::vector<std::vector<std::ptrdiff_t>> numbers{};  ///< by element: indices
};

/// The nonlinearity of each state channel as a number, for a network that fits on chip.
constexpr std::vector<std::uint8_t> on_chip_nonlinearities_of(const network& network) {
    std::vector<std::uint8_t> names;
    for (const auto& type : network.types)
        names.insert(names.end(), index(type.shape.channels), static_cast<std::uint8_t>(type.nonlinearity.members[0]));
    return names;
}

/// The links of each parameter but the readout's, time constants last, for a network that fits on chip.
constexpr std::vector<on_chip_links> on_chip_links_of(const network& network) {
    const auto sizes = on_chip_sizes_of(network, 1);
    const on_chip_offsets offsets(sizes);
    const auto schedule = schedule_of(network);
    std::vector<on_chip_links> all;
    for (const auto& one : schedule.convolutions) {
        const bool from_states = one.from == edge::source::neuron_type;
        const auto first = one.to_output() ? offsets.output_weights
                           : from_states   ? offsets.state_weights
                                           : offsets.input_weights;
        const int sources = from_states ? sizes.states : sizes.inputs;
        const int targets = one.to_output() ? sizes.outputs : sizes.states;
        for (const auto& block : weight_blocks_of(network, schedule, one)) {
            all.push_back({.parameter = block.parameter, .sign = block.sign});
            const auto taps = std::ptrdiff_t{one.extent.height} * one.extent.width;
            for_each_pair(block, [&](int source, int target) {
                for (std::ptrdiff_t tap = 0; tap < taps; ++tap)
                    all.back().numbers.push_back({first + (tap * sources + source) * targets + target});
            });
        }
    }
    for (const auto& block : bias_blocks_of(network, schedule)) {
        all.push_back({.parameter = block.parameter, .sign = block.sign});
        for (int c = 0; c < block.channels; ++c)
            all.back().numbers.push_back({(block.map < 0 ? offsets.output_bias : offsets.bias) + block.first + c});
    }
    for (const auto& block : rate_blocks_of(network, schedule)) {
        all.push_back({.parameter = block.parameter, .is_tau = true});
        all.back().numbers.resize(index(block.size()));
        for (int c = 0; c < block.channels; ++c)
            all.back().numbers[index(block.element(c, 0))].push_back(offsets.rate + block.first + c);
    }
    return all;
}

}  // namespace cortexpr::plan
