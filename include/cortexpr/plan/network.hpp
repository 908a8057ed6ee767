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

/// An index as the standard library wants it.
constexpr std::size_t index(std::ptrdiff_t number) { return static_cast<std::size_t>(number); }

/// Channels, height and width of a map.
struct map_shape {
    /// The map of one image is (channels, height, width).
    int channels = 0, height = 0, width = 0;

    /// Grid positions of one channel.
    constexpr std::int64_t positions() const { return std::int64_t{height} * width; }
    /// Numbers in the map of one image.
    constexpr std::int64_t size() const { return channels * positions(); }
    /// Whether both have the same height and width, whatever their channels.
    constexpr bool same_grid(const map_shape& other) const { return height == other.height && width == other.width; }
    friend constexpr bool operator==(const map_shape&, const map_shape&) = default;
};

/// A neuron type of one area.
struct neuron_type {
    std::string_view name;                                ///< of the user's struct
    int area = 0;                                         ///< index of its area in `network::areas`
    neuron_class kind = neuron_class::hybrid;             ///< what Dale's law demands of the weights that it sends
    map_shape shape{};                                    ///< of its state, on its own grid
    activation_function nonlinearity = activation::none;  ///< f of the equations in docs/design.md
    tau_mode tau = tau_mode::per_subtype;  ///< which neurons share a time constant, and so the shape of its parameter
    tau_start initial_tau = 1.0;           ///< what time constants start from, in steps
    fill initial_state = fill::zeros;      ///< before the first step, where a run is given none
    bool signed_rates = false;             ///< rates may be negative though Dale's law holds of the weights
    int tau_parameter = -1;                ///< index of its time constants in `network::parameters`
};

/// Whether rates of a type may be negative: it is hybrid, or declared so. Of neuron types and a connectome's cell
/// types.
template <class Type>
constexpr bool has_signed_rates(const Type& type) {
    return type.kind == neuron_class::hybrid || type.signed_rates;
}

/// A convolution from a source of one area into one of its neuron types or its output.
struct edge {
    /// What its values come from.
    enum class source : std::uint8_t { stimulus, top_down, neuron_type };

    int area = 0;                    ///< index of its area
    int row = 0, column = 0;         ///< its cell in the area's connectivity matrix
    source from = source::stimulus;  ///< the source that it comes from
    int presynaptic = -1;            ///< index of the neuron type it comes from, or -1
    int postsynaptic = -1;           ///< index of the neuron type it goes to, or -1 for the area's output
    map_shape input{};               ///< of the map it convolves: the source's, on the source's grid
    map_shape output{};              ///< of what it gives
    cortexpr::extent extent{};       ///< of its kernel, in grid positions
    int groups = 1;                  ///< channel groups of the convolution
    int stride = 1;                  ///< 2 from a full grid into a half-density type
    bool upsample = false;           ///< the source's map is resized bilinearly to the full grid first
    activation_function nonlinearity = activation::none;  ///< φ of the synapse, before the sign and the sum
    int sign = 1;                                         ///< -1 where the source is inhibitory
    bool non_negative = false;   ///< weight and bias stay >= 0: the source is excitatory or inhibitory
    int weight = -1, bias = -1;  ///< indices of its parameters; -1 for no bias

    /// Whether it goes to the area's output.
    constexpr bool to_output() const { return postsynaptic < 0; }
};

/// One area: its maps, and where its types and edges stand in the network's lists.
struct area {
    std::string_view name;  ///< of the user's struct
    map_shape input{};      ///< what it receives at each step: (channels, height, width)
    map_shape output{};     ///< what it sends on
    map_shape feedback{};   ///< channels are 0 where the area hears none
    activation_function output_nonlinearity = activation::none;  ///< f_out of the equations in docs/design.md
    /// What its output is, and what it hears as feedback, before the first step.
    fill initial_output = fill::zeros, initial_feedback = fill::zeros;
    neuron_class input_class = neuron_class::hybrid, feedback_class = neuron_class::hybrid;  ///< of their rows
    /// Its neuron types in `network::types`: the first one's index, and how many.
    int first_type = 0, types = 0;
    /// Its edges in `network::edges`: the first one's index, and how many.
    int first_edge = 0, edges = 0;
};

/// A convolution from a later area's output to an earlier area's feedback.
struct feedback_edge {
    /// Indices of the later area, which sends, and of the earlier one, which hears at the next step.
    int from = 0, to = 0;
    map_shape input{};          ///< of the later area's output, before it is resized to the earlier area's grid
    map_shape output{};         ///< of the feedback
    cortexpr::extent extent{};  ///< of its kernel, in grid positions of the earlier area
    activation_function nonlinearity = activation::none;  ///< of the synapse, after the convolution
    int weight = -1, bias = -1;                           ///< indices of its parameters; -1 for no bias
};

/// A state-dict key, spelled at compile time.
struct key {
    std::array<char, 64> text{};  ///< its characters; what follows them is unspecified
    std::size_t size = 0;         ///< how many there are

    /// Appends characters, or a number from 0 in decimal digits; no check of the length.
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
    /// The characters, which live as long as the key.
    constexpr operator std::string_view() const { return {text.data(), size}; }
};

/// A trainable tensor.
struct parameter {
    /// What the tensor is of.
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

    key name{};                            ///< the reference's state-dict key
    role is = role::edge_weight;           ///< what the tensor is of
    bound constraint = bound::free;        ///< kept by `parameter_set::project` after each step
    int owner = 0;                         ///< index of its edge, neuron type, feedback edge or readout layer (0 or 1)
    std::array<int, 4> shape{1, 1, 1, 1};  ///< its first `rank` numbers are the sizes
    int rank = 1;                          ///< number of its dimensions, at most 4

    /// Numbers in the tensor.
    constexpr std::int64_t size() const {
        std::int64_t product = 1;
        for (int i = 0; i < rank; ++i) product *= shape[static_cast<std::size_t>(i)];
        return product;
    }
};

/// The head of a classifier or regressor: pool, flatten, Linear(hidden), ReLU, Dropout, Linear(classes).
struct readout {
    int classes = 0;                  ///< its outputs, of a regressor its targets; 0: the network has no readout
    int hidden = 0;                   ///< units of the hidden layer
    double dropout = 0.0;             ///< probability that a hidden unit is left out of a training step
    pool_mode pool = pool_mode::max;  ///< how the last area's output map shrinks before it is read
    /// And to what size.
    int pool_height = 1, pool_width = 1;
    int features = 0;                   ///< inputs of the first layer
    std::array<int, 2> weight{-1, -1};  ///< parameter indices of the two layers
    std::array<int, 2> bias{-1, -1};    ///< likewise
    bool is_regressor = false;          ///< outputs are numbers for continuous targets
};

/// A planned network: flat lists that name each other by index. Its storage belongs to the declaration (`plan_of`), or
/// to a `stored_network`.
struct network {
    std::string_view name;                    ///< of the user's struct
    std::span<const plan::area> areas;        ///< from the lowest up
    std::span<const neuron_type> types;       ///< area by area
    std::span<const edge> edges;              ///< area by area, each row by row
    std::span<const feedback_edge> feedback;  ///< in the order of the declaration
    std::span<const parameter> parameters;    ///< in the reference's order of names
    pool_mode pool = pool_mode::max;          ///< how a map shrinks from one area to the next
    int area_delay = 0;                       ///< steps by which an area hears the one below it late: 0 or 1
    plan::readout readout{};                  ///< of a classifier or regressor

    /// Whether it ends in a readout.
    constexpr bool has_readout() const { return readout.classes > 0; }
    /// Whether that tells classes apart.
    constexpr bool is_classifier() const { return has_readout() && !readout.is_regressor; }
    /// Or fits continuous targets.
    constexpr bool is_regressor() const { return has_readout() && readout.is_regressor; }
    /// Those of one area.
    constexpr std::span<const neuron_type> types_of(const plan::area& area) const {
        return types.subspan(static_cast<std::size_t>(area.first_type), static_cast<std::size_t>(area.types));
    }
    /// Those of one area.
    constexpr std::span<const edge> edges_of(const plan::area& area) const {
        return edges.subspan(static_cast<std::size_t>(area.first_edge), static_cast<std::size_t>(area.edges));
    }
    /// Whether any area sends feedback to this one; if none does, its feedback stays the initial one.
    constexpr bool is_fed(int area) const {
        for (const auto& edge : feedback)
            if (edge.to == area) return true;
        return false;
    }
    /// Whether the area above hears this one's output a step late, so that it outlasts the step.
    constexpr bool is_heard_late(int area) const { return area_delay > 0 && area + 1 < static_cast<int>(areas.size()); }
    /// Whether this area sends feedback to any.
    constexpr bool sends_feedback(int area) const {
        for (const auto& edge : feedback)
            if (edge.from == area) return true;
        return false;
    }
};

}  // namespace cortexpr::plan
