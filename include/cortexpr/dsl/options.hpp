#pragma once
// The words that declarations are made of: neuron classes, nonlinearities, tau modes, fills, pooling.

#include <cstdint>
#include <string_view>

namespace cortexpr {

/// What a presynaptic source does to its targets. Dale's law: all weights and biases of an excitatory source add, all
/// of an inhibitory source subtract. A hybrid source is free of it.
enum class neuron_class : std::uint8_t { excitatory, inhibitory, hybrid };

/// A pointwise nonlinearity with the meaning and the default parameters that PyTorch gives the name.
enum class activation : std::uint8_t {
    none,
    relu,
    relu6,
    leaky_relu,
    elu,
    gelu,
    silu,
    softplus,
    sigmoid,
    hard_sigmoid,
    tanh,
    hard_tanh,
};

/// Which neurons of a type share one membrane time constant tau (reference.md S7).
enum class tau_mode : std::uint8_t {
    per_type,             ///< one tau:                 shape (1, 1, 1, 1)
    per_subtype,          ///< one for each channel:    shape (1, C, 1, 1); the default
    spatial,              ///< one for each place:      shape (1, 1, H, W)
    per_subtype_spatial,  ///< one for each neuron:     shape (1, C, H, W)
};

/// How a state starts where a run is given none.
enum class fill : std::uint8_t {
    zeros,
    ones,
    uniform,  ///< drawn from [0, 1)
    normal,   ///< drawn from N(0, 1): can be negative
};

/// How a map shrinks to a given size. Growing is always bilinear.
enum class pool_mode : std::uint8_t { max, average };

constexpr std::string_view name_of(neuron_class value) {
    constexpr std::string_view names[]{"excitatory", "inhibitory", "hybrid"};
    return names[static_cast<int>(value)];
}
constexpr std::string_view name_of(activation value) {
    constexpr std::string_view names[]{"none", "relu",     "relu6",   "leaky_relu",   "elu",  "gelu",
                                       "silu", "softplus", "sigmoid", "hard_sigmoid", "tanh", "hard_tanh"};
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

/// Whether the nonlinearity can give a negative value, and so turn the sign of an excitatory or inhibitory cell.
constexpr bool can_be_negative(activation value) {
    switch (value) {
        case activation::relu:
        case activation::relu6:
        case activation::softplus:
        case activation::sigmoid:
        case activation::hard_sigmoid:
            return false;
        default:
            return true;
    }
}

}  // namespace cortexpr
