#pragma once
// Nonlinearities as numbers and pointers: all that kernels read of a declared one. CUDA files read this, too.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr {

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
/// How many enumerators there are.
inline constexpr int activation_count = 12;
inline constexpr int longest_chain = 4;  ///< named nonlinearities that are applied one after another

/// Elements of a row, each mapped by a function: what kernels and executors call.
template <class Real>
using row_function = void (*)(const Real* in, Real* out, std::size_t count);

namespace kernels {

/// Whether the value tells the slope. Where it doesn't, the forward pass saves the argument instead.
constexpr bool value_tells_slope(activation function) {
    return function != activation::gelu && function != activation::silu;
}

// Of the normal distribution in gelu:
inline constexpr double root_of_half = 0.70710678118654752440;
inline constexpr double normal_density_at_0 = 0.39894228040143267794;

/// Names, applied from the first to the last; or a user's row functions, which stand for all of them.
template <class Real>
struct pointwise_function {
    activation members[longest_chain]{};
    int length = 1;
    row_function<Real> value = nullptr, slope = nullptr;

    constexpr pointwise_function() = default;
    constexpr pointwise_function(activation one) : members{one} {}

    /// Whether members[0] is all of it. Always inline, because the kernels of several instruction sets share no symbol;
    /// the attribute is spelled in GNU's way, because NVRTC warns about [[gnu::...]].
    __attribute__((always_inline)) constexpr bool has_one_name() const { return value == nullptr && length == 1; }
};

}  // namespace kernels
}  // namespace cortexpr
