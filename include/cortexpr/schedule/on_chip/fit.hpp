#pragma once
// Whether a network's run fits on one multiprocessor, decided while compiling:
//
//     static_assert(fits_on_chip<Digits>);               // a question
//     template struct cortexpr::kept_on_chip<Digits>;    // a demand: what is in the way stands in the error
//
// The on-chip tier takes an image through all steps in shared memory. It is for training and classifying with one area
// of full-density types; everything else runs on the other tiers.

#include <cortexpr/numbers/on_chip_layout.hpp>
#include <cortexpr/plan/lower.hpp>
#include <cortexpr/schedule/schedule.hpp>

#include <algorithm>
#include <string_view>

namespace cortexpr {

namespace plan {

using kernels::layout_of;
using kernels::on_chip_layout;
using kernels::on_chip_offsets;
using kernels::on_chip_sizes;

/// Shared memory that one thread block can have, in bytes.
inline constexpr std::size_t hopper_shared_bytes = 227 * 1024, ampere_shared_bytes = 163 * 1024;

/// What keeps a network off the chip.
enum class off_chip : std::uint8_t {
    nothing,
    readout,
    readout_pool,
    areas,
    half_density,
    nonlinearity,
    spatial_tau,
    initial_state,
    top_down,
    stimulus_to_output,
    edge_nonlinearity,
    output_nonlinearity,
    extents,
    channels,
    shared_memory,
};

/// In words that follow a network's name.
constexpr std::string_view reason_of(off_chip obstacle) {
    constexpr std::string_view reasons[]{"nothing is in the way",
                                         "it is no classifier",
                                         "its readout does more than take each channel's maximum",
                                         "it has several areas",
                                         "it has half-density types",
                                         "a nonlinearity is a chain or a user's own",
                                         "a tau goes by place",
                                         "its states don't start as zeros",
                                         "it hears feedback",
                                         "its output reads the stimulus",
                                         "an edge has a nonlinearity of its own",
                                         "its output has a nonlinearity",
                                         "its edges differ in extent",
                                         "it has more than 496 channels of states, or of the output",
                                         "its states need more memory than a multiprocessor of this GPU has"};
    return reasons[static_cast<std::size_t>(obstacle)];
}

struct on_chip_fit {
    off_chip obstacle = off_chip::nothing;
    std::size_t forward_bytes = 0, backward_bytes = 0;  ///< of shared memory; 0 where the obstacle is another one

    constexpr bool fits() const { return obstacle == off_chip::nothing; }
};

namespace detail {

constexpr bool has_one_name(const activation_function& function) {
    return function.custom == nullptr && function.length == 1;
}

constexpr off_chip obstacle_of(const neuron_type& type, const area& area) {
    if (!type.shape.same_grid(area.input)) return off_chip::half_density;
    if (!has_one_name(type.nonlinearity)) return off_chip::nonlinearity;
    if (type.tau == tau_mode::spatial || type.tau == tau_mode::per_subtype_spatial) return off_chip::spatial_tau;
    return type.initial_state == fill::zeros ? off_chip::nothing : off_chip::initial_state;
}

constexpr off_chip obstacle_of(const edge& edge, const cortexpr::extent& shared) {
    if (edge.from == edge::source::top_down) return off_chip::top_down;
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
    if (!network.is_classifier()) return off_chip::readout;
    const auto& head = network.readout;
    if (head.pool != pool_mode::max || head.pool_height != 1 || head.pool_width != 1) return off_chip::readout_pool;
    if (network.areas.size() != 1) return off_chip::areas;
    const auto& area = network.areas.front();
    const int channels = std::max(area.output.channels, first_channel_of(network, network.types.size()));
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
    if (std::max(fit.forward_bytes, fit.backward_bytes) > shared_bytes) fit.obstacle = off_chip::shared_memory;
    return fit;
}

}  // namespace plan

/// Whether a declared classifier can be trained on chip. Of one that is refused for another reason: true.
template <class Declared>
inline constexpr bool fits_on_chip = !Declared::wired || plan::fit_on_chip(plan_of<Declared>).fits();

/// What is in the way of a demand; bytes of shared memory: what the network needs, and what there is.
template <class Declared, std::size_t NeededBytes, std::size_t AvailableBytes>
struct on_chip_demand {
    static constexpr auto obstacle =
        Declared::wired ? plan::fit_on_chip(plan_of<Declared>, AvailableBytes).obstacle : plan::off_chip::nothing;
    static_assert(
        obstacle != plan::off_chip::readout,
        "[cortexpr chip] the on-chip tier ends in a readout, and this network has none; declare a classifier, "
        "or run it on another tier");
    static_assert(
        obstacle != plan::off_chip::readout_pool,
        "[cortexpr chip] the on-chip tier reads the maximum of each output channel; leave readout_pool out, or "
        "run the network on another tier");
    static_assert(
        obstacle != plan::off_chip::areas,
        "[cortexpr chip] the on-chip tier holds one area, and this network has several; run it on another tier");
    static_assert(
        obstacle != plan::off_chip::half_density,
        "[cortexpr chip] the on-chip tier has one grid for all neuron types; leave half_density out, or run the "
        "network on another tier");
    static_assert(
        obstacle != plan::off_chip::nonlinearity,
        "[cortexpr chip] the on-chip tier knows nonlinearities by name, and this network has a chain or one of "
        "your own; choose one by name, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::spatial_tau,
                  "[cortexpr chip] the on-chip tier has a tau for each channel, not for each place; choose "
                  "tau_mode::per_subtype or per_type, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::initial_state,
                  "[cortexpr chip] the on-chip tier starts from zeros; leave initial_state out, or run the network on "
                  "another tier");
    static_assert(obstacle != plan::off_chip::top_down,
                  "[cortexpr chip] the on-chip tier has no feedback; leave the row top_down out, or run the network on "
                  "another tier");
    static_assert(
        obstacle != plan::off_chip::stimulus_to_output,
        "[cortexpr chip] the on-chip tier's output reads neuron types alone; leave the edge from the stimulus "
        "to the output out, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::edge_nonlinearity,
                  "[cortexpr chip] the on-chip tier merges all edges into one convolution, so that none has a "
                  "nonlinearity of its own; leave it out, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::output_nonlinearity,
                  "[cortexpr chip] the on-chip tier's output is a plain sum; leave its nonlinearity out, or run the "
                  "network on another tier");
    static_assert(
        obstacle != plan::off_chip::extents,
        "[cortexpr chip] the on-chip tier merges all edges into one convolution, so that they need one extent; "
        "give them the same, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::channels,
                  "[cortexpr chip] the on-chip tier holds at most 496 channels of states, and of the output; declare "
                  "fewer, or run the network on another tier");
    static_assert(obstacle != plan::off_chip::shared_memory,
                  "[cortexpr chip] the states of this network don't fit into a multiprocessor's shared memory (bytes "
                  "needed, bytes available); declare fewer channels or a smaller map, or run it on another tier");
};

/// Compiles only where fits_on_chip<Declared>.
template <class Declared>
struct kept_on_chip : on_chip_demand<Declared,
                                     std::max(plan::fit_on_chip(plan_of<Declared>).forward_bytes,
                                              plan::fit_on_chip(plan_of<Declared>).backward_bytes),
                                     plan::hopper_shared_bytes> {};

}  // namespace cortexpr
