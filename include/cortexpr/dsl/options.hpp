#pragma once
// The words that declarations are made of: neuron classes, nonlinearities, tau modes, fills, pooling.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/activation.hpp>
#include <cortexpr/named_value.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace cortexpr {

/// What a presynaptic source does to its targets. Dale's law: all weights and biases of an excitatory source add, all
/// of an inhibitory source subtract. A hybrid source is free of it.
enum class neuron_class : std::uint8_t { excitatory, inhibitory, hybrid };
/// The names in declarations, files and tables.
constexpr auto names_of(neuron_class) {
    using enum neuron_class;
    return std::array{named{excitatory, "excitatory"}, named{inhibitory, "inhibitory"}, named{hybrid, "hybrid"}};
}

/// Which neurons of a type share one membrane time constant tau (docs/parity.md S7).
enum class tau_mode : std::uint8_t {
    per_type,                          ///< one tau:                 shape (1, 1, 1, 1)
    per_subtype,                       ///< one for each channel:    shape (1, C, 1, 1); the default
    spatial,                           ///< one for each position:      shape (1, 1, H, W)
    per_subtype_spatial,               ///< one for each neuron:     shape (1, C, H, W)
    per_neuron = per_subtype_spatial,  ///< the same; in a connectome, whose cells have no subtypes or positions: (N, 1)
};

/// Whether each subtype has time constants of its own.
constexpr bool is_by_subtype(tau_mode mode) {
    return mode == tau_mode::per_subtype || mode == tau_mode::per_subtype_spatial;
}
/// Whether each position has.
constexpr bool is_by_position(tau_mode mode) {
    return mode == tau_mode::spatial || mode == tau_mode::per_subtype_spatial;
}

/// How a state starts where a run is given none.
enum class fill : std::uint8_t {
    zeros,
    ones,
    uniform,  ///< drawn from [0, 1)
    normal,   ///< drawn from N(0, 1): can be negative
};

/// Numbers drawn from [low, high).
struct uniform_draw {
    /// The bounds, for a time constant in steps; `high` itself is never drawn.
    double low = 0.0, high = 1.0;
};

/// Numbers drawn from N(mean, standard_deviation^2).
struct normal_draw {
    /// For a time constant, in steps.
    double mean = 0.0, standard_deviation = 1.0;
};

/// What the time constants of a neuron type start from, in steps: one number for all, or each drawn on its own. What is
/// drawn below 1 becomes 1.
struct tau_start {
    /// One number, or where the numbers are drawn from.
    enum class source : std::uint8_t { number, uniform, normal };

    source from = source::number;  ///< how `first` and `second` are meant
    double first = 1.0;            ///< the number, the lower bound or the mean
    double second = 0.0;           ///< the upper bound or the standard deviation

    constexpr tau_start() = default;
    /// One number of steps for all.
    constexpr tau_start(double number) : first(number) {}
    /// The same, for a whole number.
    constexpr tau_start(std::integral auto number) : first(static_cast<double>(number)) {}
    /// Each drawn from [low, high).
    constexpr tau_start(uniform_draw draw) : from(source::uniform), first(draw.low), second(draw.high) {}
    /// Each drawn from N(mean, standard_deviation^2).
    constexpr tau_start(normal_draw draw) : from(source::normal), first(draw.mean), second(draw.standard_deviation) {}

    friend constexpr bool operator==(const tau_start&, const tau_start&) = default;
};

namespace detail {
/// The value of an option that is a number; NaN for anything else, which the option's rule refuses.
template <class Given>
constexpr double number_or_nan(Given value) {
    if constexpr (std::is_arithmetic_v<Given>) {
        return static_cast<double>(value);
    } else {
        return std::numeric_limits<double>::quiet_NaN();
    }
}
}  // namespace detail

/// How a map shrinks to a given size. Growing is always bilinear.
enum class pool_mode : std::uint8_t { max, average };

/// Which cells of a type in a connectome share one bias.
enum class bias_mode : std::uint8_t { none, per_type, per_neuron };

/// What is trained of the recurrent synapses of a connectome (from the number of contacts that the file gives).
enum class weight_mode : std::uint8_t {
    per_synapse,    ///< a weight for each connected pair of cells
    per_type_pair,  ///< one weight for all synapses between two types
    scaled_counts,  ///< one strength for each pair of types, times the synapse's number of contacts
    frozen,         ///< the weights are those of the file, and stay
};

/// The enumerator's name, as declarations, files and tables spell it.
constexpr std::string_view name_of(bias_mode value) {
    constexpr std::string_view names[]{"none", "per_type", "per_neuron"};
    return names[static_cast<int>(value)];
}
constexpr std::string_view name_of(weight_mode value) {
    constexpr std::string_view names[]{"per_synapse", "per_type_pair", "scaled_counts", "frozen"};
    return names[static_cast<int>(value)];
}
constexpr std::string_view name_of(tau_mode value) {
    constexpr std::string_view names[]{"per_type", "per_subtype", "spatial", "per_subtype_spatial"};
    return names[static_cast<int>(value)];
}
constexpr std::string_view name_of(fill value) {
    constexpr std::string_view names[]{"zeros", "ones", "uniform", "normal"};
    return names[static_cast<int>(value)];
}
constexpr std::string_view name_of(pool_mode value) { return value == pool_mode::max ? "max" : "average"; }

}  // namespace cortexpr
