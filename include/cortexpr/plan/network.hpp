#pragma once
// A declared network as flat arrays over static storage: what executors, tables and files read. No templates here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/options.hpp>
#include <cortexpr/dsl/wiring.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cortexpr::plan {

/// Channels, height and width of a map.
struct map_shape {
    int channels = 0, height = 0, width = 0;

    constexpr std::int64_t positions() const { return std::int64_t{height} * width; }
    constexpr std::int64_t size() const { return channels * positions(); }
    constexpr bool same_grid(const map_shape& other) const { return height == other.height && width == other.width; }
    friend constexpr bool operator==(const map_shape&, const map_shape&) = default;
};

/// A neuron type of one area.
struct neuron_type {
    std::string_view name;
    int area = 0;
    neuron_class kind = neuron_class::hybrid;
    map_shape shape{};  ///< of its state, on its own grid
    activation_function nonlinearity = activation::none;
    tau_mode tau = tau_mode::per_subtype;
    tau_start initial_tau = 1.0;
    fill initial_state = fill::zeros;
    bool signed_rates = false;
    int tau_parameter = -1;
};

/// A convolution from a source of one area into one of its neuron types or its output.
struct edge {
    enum class source : std::uint8_t { stimulus, top_down, neuron_type };

    int area = 0;
    int row = 0, column = 0;  ///< its cell in the area's connectivity matrix
    source from = source::stimulus;
    int presynaptic = -1;   ///< index of the neuron type it comes from, or -1
    int postsynaptic = -1;  ///< index of the neuron type it goes to, or -1 for the area's output
    map_shape input{};      ///< of the map it convolves: the source's, on the source's grid
    map_shape output{};     ///< of what it gives
    cortexpr::extent extent{};
    int groups = 1;
    int stride = 1;         ///< 2 from a full grid into a half-density type
    bool upsample = false;  ///< the source's map is resized bilinearly to the full grid first
    activation_function nonlinearity = activation::none;
    int sign = 1;                ///< -1 where the source is inhibitory
    bool non_negative = false;   ///< weight and bias stay >= 0: the source is excitatory or inhibitory
    int weight = -1, bias = -1;  ///< indices of its parameters; -1 for no bias

    constexpr bool to_output() const { return postsynaptic < 0; }
};

struct area {
    std::string_view name;
    map_shape input{};
    map_shape output{};
    map_shape feedback{};  ///< channels are 0 where the area hears none
    activation_function output_nonlinearity = activation::none;
    fill initial_output = fill::zeros, initial_feedback = fill::zeros;
    neuron_class input_class = neuron_class::hybrid, feedback_class = neuron_class::hybrid;  ///< of their rows
    int first_type = 0, types = 0;
    int first_edge = 0, edges = 0;
};

/// A convolution from a later area's output to an earlier area's feedback.
struct feedback_edge {
    int from = 0, to = 0;
    map_shape input{};   ///< of the later area's output, before it is resized to the earlier area's grid
    map_shape output{};  ///< of the feedback
    cortexpr::extent extent{};
    activation_function nonlinearity = activation::none;
    int weight = -1, bias = -1;
};

/// A state-dict key, spelled at compile time.
struct key {
    std::array<char, 64> text{};
    std::size_t size = 0;

    constexpr key& operator+=(std::string_view part) {
        // By pointers: Clang counts each call of text[] among a constant's steps, of which a large network has too few.
        char* to = text.data() + size;
        for (const char c : part) *to++ = c;
        size += part.size();
        return *this;
    }
    constexpr key& operator+=(int number) {
        if (number >= 10) *this += number / 10;
        text[size++] = static_cast<char>('0' + number % 10);
        return *this;
    }
    constexpr operator std::string_view() const { return {text.data(), size}; }
};

/// A trainable tensor.
struct parameter {
    enum class role : std::uint8_t {
        edge_weight,
        edge_bias,
        tau,
        feedback_weight,
        feedback_bias,
        readout_weight,
        readout_bias,
        // of a connectome
        synapses,
        cell_bias,
        cell_tau,
        stimulus_weight,
        stimulus_bias,
        output_weight,
        output_bias
    };
    /// What a projection keeps true of every element.
    enum class bound : std::uint8_t { free, non_negative, at_least_one };

    key name{};  ///< the reference's state-dict key
    role is = role::edge_weight;
    bound constraint = bound::free;
    int owner = 0;  ///< index of its edge, neuron type, feedback edge or readout layer (0 or 1)
    std::array<int, 4> shape{1, 1, 1, 1};
    int rank = 1;

    constexpr std::int64_t size() const {
        std::int64_t product = 1;
        for (int i = 0; i < rank; ++i) product *= shape[static_cast<std::size_t>(i)];
        return product;
    }
};

/// The classifier's head: pool, flatten, Linear(hidden), ReLU, Dropout, Linear(classes).
struct readout {
    int classes = 0;  ///< 0: the network has no readout
    int hidden = 0;
    double dropout = 0.0;
    pool_mode pool = pool_mode::max;
    int pool_height = 1, pool_width = 1;
    int features = 0;                   ///< inputs of the first layer
    std::array<int, 2> weight{-1, -1};  ///< parameter indices of the two layers
    std::array<int, 2> bias{-1, -1};
};

struct network {
    std::string_view name;
    std::span<const plan::area> areas;
    std::span<const neuron_type> types;
    std::span<const edge> edges;  ///< area by area, each row by row
    std::span<const feedback_edge> feedback;
    std::span<const parameter> parameters;
    pool_mode pool = pool_mode::max;
    int area_delay = 0;
    plan::readout readout{};

    constexpr bool is_classifier() const { return readout.classes > 0; }
    constexpr std::span<const neuron_type> types_of(const plan::area& area) const {
        return types.subspan(static_cast<std::size_t>(area.first_type), static_cast<std::size_t>(area.types));
    }
    constexpr std::span<const edge> edges_of(const plan::area& area) const {
        return edges.subspan(static_cast<std::size_t>(area.first_edge), static_cast<std::size_t>(area.edges));
    }
};

}  // namespace cortexpr::plan
