#pragma once
// Whether a network's run fits on one multiprocessor, decided while compiling:
//
//     static_assert(fits_on_chip<Digits>);                   // a question
//     template struct cortexpr::requires_on_chip<Digits>;    // a demand: the error says what is in the way
//
// The on-chip executor takes an image through all steps in shared memory. It is for training and classifying with one
// area of full-density types; the other executors run everything else.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/on_chip.hpp>
#include <cortexpr/numbers/on_chip_layout.hpp>
#include <cortexpr/plan/lower.hpp>
#include <cortexpr/schedule/liveness.hpp>

#include <algorithm>
#include <string_view>

namespace cortexpr {

namespace plan {

using kernels::layout_of;
using kernels::on_chip_layout;
using kernels::on_chip_offsets;
using kernels::on_chip_sizes;

/// Shared memory that one thread block can have, in bytes.
inline constexpr std::size_t hopper_shared_bytes = std::size_t{227} * 1024;

/// What keeps a network off the chip, in the order of the rules O01, O02, ... (check/errors/on_chip.hpp).
enum class off_chip : std::uint8_t {
    nothing,
    readout,
    readout_pool,
    areas,
    half_density,
    nonlinearity,
    spatial_tau,
    initial_state,
    stimulus_to_output,
    edge_nonlinearity,
    output_nonlinearity,
    extents,
    channels,
    shared_memory,
    connectome,
};

/// The rule's id and sentence.
constexpr std::string_view text_of(off_chip obstacle) {
    using namespace errors;
    constexpr std::string_view texts[]{"",       O01_text, O02_text, O03_text, O04_text, O05_text, O06_text, O07_text,
                                       O08_text, O09_text, O10_text, O11_text, O12_text, O13_text, O14_text};
    return texts[static_cast<std::size_t>(obstacle)];
}

/// Whether a network fits on chip, and what it takes there.
struct on_chip_fit {
    off_chip obstacle = off_chip::nothing;              ///< the first one; nothing where the network fits
    std::size_t forward_bytes = 0, backward_bytes = 0;  ///< of shared memory; 0 where the obstacle is another one

    /// Whether it can be trained on chip.
    constexpr bool fits() const { return obstacle == off_chip::nothing; }
};

namespace detail {

constexpr off_chip obstacle_of(const neuron_type& type, const area& area) {
    if (!type.shape.same_grid(area.input)) return off_chip::half_density;
    if (!type.nonlinearity.has_one_name()) return off_chip::nonlinearity;
    if (is_by_position(type.tau)) return off_chip::spatial_tau;
    return type.initial_state == fill::zeros ? off_chip::nothing : off_chip::initial_state;
}

constexpr off_chip obstacle_of(const edge& edge, const cortexpr::extent& shared) {
    if (edge.from == edge::source::stimulus && edge.to_output()) return off_chip::stimulus_to_output;
    if (edge.nonlinearity != activation::none) return off_chip::edge_nonlinearity;
    const bool is_shared = edge.extent.height == shared.height && edge.extent.width == shared.width;
    return is_shared ? off_chip::nothing : off_chip::extents;
}

/// Where a type's channels start among those of its network's one area.
constexpr int first_channel_of(const network& network, std::size_t type) {
    int first = 0;
    for (const auto& before : network.types.first(type)) first += before.shape.channels;
    return first;
}

/// All but the shared memory.
constexpr off_chip obstacle_of(const network& network) {
    if (!network.has_readout()) return off_chip::readout;
    const auto& head = network.readout;
    if (head.pool != pool_mode::max || head.pool_height != 1 || head.pool_width != 1) return off_chip::readout_pool;
    if (network.areas.size() != 1) return off_chip::areas;
    const auto& area = network.areas.front();
    const int channels = (std::max)(area.output.channels, first_channel_of(network, network.types.size()));
    for (const auto& type : network.types) {
        if (const auto obstacle = obstacle_of(type, area); obstacle != off_chip::nothing) return obstacle;
    }
    for (const auto& edge : network.edges)
        if (const auto obstacle = obstacle_of(edge, network.edges.front().extent); obstacle != off_chip::nothing)
            return obstacle;
    if (area.output_nonlinearity != activation::none) return off_chip::output_nonlinearity;
    constexpr int most_blocks = 31;  // one bit each
    return kernels::detail::blocks_of(channels) > most_blocks ? off_chip::channels : off_chip::nothing;
}

/// Blocks of 16 channels in which a type has one.
constexpr std::uint32_t blocks_of(const network& network, std::size_t type) {
    constexpr int width = on_chip_layout::block_channels;
    const int first = first_channel_of(network, type) / width, last = (first_channel_of(network, type + 1) - 1) / width;
    return (~std::uint32_t{0} << first) & ~(~std::uint32_t{0} << (last + 1));
}

}  // namespace detail

/// The sizes of a network that has no other obstacle than its memory.
constexpr on_chip_sizes on_chip_sizes_of(const network& network, int steps) {
    const auto& area = network.areas.front();
    const auto& extent = network.edges.front().extent;
    on_chip_sizes sizes{.height = area.input.height,
                        .width = area.input.width,
                        .inputs = area.input.channels,
                        .outputs = area.output.channels,
                        .kernel_height = extent.height,
                        .kernel_width = extent.width,
                        .steps = steps};
    const auto live = live_values(network, steps, {});
    for (std::size_t i = 0; i < network.types.size(); ++i) {
        sizes.states += network.types[i].shape.channels;
        if (live.state(steps, static_cast<int>(i))) sizes.live_at_last |= detail::blocks_of(network, i);
    }
    for (const auto& edge : network.edges)
        if (edge.to_output())
            sizes.output_sources |= detail::blocks_of(network, static_cast<std::size_t>(edge.presynaptic));
    return sizes;
}

/// For any number of steps: their states leave the chip.
constexpr on_chip_fit fit_on_chip(const network& network, std::size_t shared_bytes = hopper_shared_bytes) {
    on_chip_fit fit{.obstacle = detail::obstacle_of(network)};
    if (!fit.fits()) return fit;
    const auto layout = layout_of(on_chip_sizes_of(network, 1));
    fit.forward_bytes = layout.forward_bytes;
    fit.backward_bytes = layout.backward_bytes;
    if ((std::max)(fit.forward_bytes, fit.backward_bytes) > shared_bytes) fit.obstacle = off_chip::shared_memory;
    return fit;
}

}  // namespace plan

namespace detail {

template <class Declared>
consteval plan::on_chip_fit fit_of_declared() {
    if constexpr (!is_wired<Declared>) {
        return {};
    } else if constexpr (IsOfConnectome<Declared>) {
        return {.obstacle = plan::off_chip::connectome};
    } else {
        return plan::fit_on_chip(plan_of<Declared>);
    }
}
template <class Declared>
inline constexpr auto chip_fit = fit_of_declared<Declared>();

/// As in check/verdict.hpp: the error that says what is in the way.
template <class Declared>
consteval auto chip_verdict() {
    using namespace errors;
    using plan::off_chip;
    constexpr auto fit = chip_fit<Declared>;
    if constexpr (fit.fits()) {
        return type_box<nothing_to_say>{};
    } else if constexpr (fit.obstacle == off_chip::readout) {
        return type_box<O01_readout<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::readout_pool) {
        return type_box<O02_readout_pool<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::areas) {
        return type_box<O03_areas<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::half_density) {
        return type_box<O04_half_density<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::nonlinearity) {
        return type_box<O05_nonlinearity<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::spatial_tau) {
        return type_box<O06_spatial_tau<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::initial_state) {
        return type_box<O07_initial_state<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::stimulus_to_output) {
        return type_box<O08_stimulus_to_output<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::edge_nonlinearity) {
        return type_box<O09_edge_nonlinearity<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::output_nonlinearity) {
        return type_box<O10_output_nonlinearity<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::extents) {
        return type_box<O11_extents<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::channels) {
        return type_box<O12_channels<Declared>>{};
    } else if constexpr (fit.obstacle == off_chip::connectome) {
        return type_box<O14_connectome<Declared>>{};
    } else {
        static_assert(fit.obstacle == off_chip::shared_memory);
        constexpr auto needed = (std::max)(fit.forward_bytes, fit.backward_bytes);
        return type_box<O13_shared_memory<Declared, needed, plan::hopper_shared_bytes>>{};
    }
}

}  // namespace detail

/// Whether a declared classifier can be trained on chip. True for one that is refused for another reason.
template <class Declared>
inline constexpr bool fits_on_chip = detail::chip_fit<Declared>.fits();

/// Compiles only where fits_on_chip<Declared>.
template <class Declared>
struct requires_on_chip : decltype(detail::chip_verdict<Declared>())::type {};

}  // namespace cortexpr
