#pragma once
// The equations for one element: nonlinearities and their slopes, the leaky step and its adjoint. For CUDA kernels, and
// for the C++ compiler that runs the same kernels in tests; so numbers are all that it includes of the library.

#include <cortexpr/numbers/activation.hpp>

#include <cmath>
#include <type_traits>

#if defined(__CUDACC__)
#define CORTEXPR_DEVICE __device__
#define CORTEXPR_UNROLL _Pragma("unroll")
#define CORTEXPR_ROLLED _Pragma("unroll 1")
#else
#define CORTEXPR_DEVICE
#define CORTEXPR_UNROLL
#define CORTEXPR_ROLLED
#endif

namespace cortexpr::kernels {

using nonlinearity = activation;

template <nonlinearity Name>
using nonlinearity_constant = std::integral_constant<nonlinearity, Name>;

/// Calls visit(nonlinearity_constant<name>{}) for the run-time value.
template <class Visitor>
CORTEXPR_DEVICE inline auto with_name(nonlinearity name, Visitor visit) {
    switch (name) {
        case nonlinearity::relu:
            return visit(nonlinearity_constant<nonlinearity::relu>{});
        case nonlinearity::relu6:
            return visit(nonlinearity_constant<nonlinearity::relu6>{});
        case nonlinearity::leaky_relu:
            return visit(nonlinearity_constant<nonlinearity::leaky_relu>{});
        case nonlinearity::elu:
            return visit(nonlinearity_constant<nonlinearity::elu>{});
        case nonlinearity::gelu:
            return visit(nonlinearity_constant<nonlinearity::gelu>{});
        case nonlinearity::silu:
            return visit(nonlinearity_constant<nonlinearity::silu>{});
        case nonlinearity::softplus:
            return visit(nonlinearity_constant<nonlinearity::softplus>{});
        case nonlinearity::sigmoid:
            return visit(nonlinearity_constant<nonlinearity::sigmoid>{});
        case nonlinearity::hard_sigmoid:
            return visit(nonlinearity_constant<nonlinearity::hard_sigmoid>{});
        case nonlinearity::tanh:
            return visit(nonlinearity_constant<nonlinearity::tanh>{});
        case nonlinearity::hard_tanh:
            return visit(nonlinearity_constant<nonlinearity::hard_tanh>{});
        default:
            return visit(nonlinearity_constant<nonlinearity::none>{});
    }
}

template <nonlinearity Name>
inline constexpr bool tells_slope = value_tells_slope(Name);

namespace detail {

template <class Real>
CORTEXPR_DEVICE inline Real logistic(Real x) {
    return Real{1} / (Real{1} + std::exp(-x));
}

template <class Real>
CORTEXPR_DEVICE inline Real normal_distribution(Real x) {
    // The complement doesn't cancel far below 0.
    return Real(0.5) * std::erfc(-x * Real(root_of_half));
}

template <class Real>
CORTEXPR_DEVICE inline Real normal_density(Real x) {
    return Real(normal_density_at_0) * std::exp(Real(-0.5) * x * x);
}

template <class Real>
CORTEXPR_DEVICE inline Real held(Real x, Real low, Real high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

template <class Real>
CORTEXPR_DEVICE inline Real is_between(Real x, Real low, Real high) {
    return x > low && x < high ? Real{1} : Real{0};
}

}  // namespace detail

/// As PyTorch defines it. NaN stays NaN.
template <nonlinearity Name, class Real>
CORTEXPR_DEVICE inline Real value_of(Real x) {
    constexpr Real zero{0};
    if constexpr (Name == nonlinearity::none) {
        return x;
    } else if constexpr (Name == nonlinearity::relu) {
        return x < zero ? zero : x;
    } else if constexpr (Name == nonlinearity::relu6) {
        return detail::held(x, zero, Real{6});
    } else if constexpr (Name == nonlinearity::leaky_relu) {
        return x > zero ? x : x * Real(0.01);
    } else if constexpr (Name == nonlinearity::elu) {
        return x > zero ? x : std::expm1(x);
    } else if constexpr (Name == nonlinearity::gelu) {
        return x * detail::normal_distribution(x);
    } else if constexpr (Name == nonlinearity::silu) {
        return x * detail::logistic(x);
    } else if constexpr (Name == nonlinearity::softplus) {
        return x > Real{20} ? x : std::log1p(std::exp(x));
    } else if constexpr (Name == nonlinearity::sigmoid) {
        return detail::logistic(x);
    } else if constexpr (Name == nonlinearity::hard_sigmoid) {
        return detail::held((x + Real{3}) / Real{6}, zero, Real{1});
    } else if constexpr (Name == nonlinearity::tanh) {
        return std::tanh(x);
    } else {
        static_assert(Name == nonlinearity::hard_tanh);
        return detail::held(x, Real{-1}, Real{1});
    }
}

/// The derivative, from what the forward pass saves: the value, or the argument where the value doesn't tell the slope.
template <nonlinearity Name, class Real>
CORTEXPR_DEVICE inline Real slope_of(Real saved) {
    constexpr Real zero{0}, one{1};
    if constexpr (Name == nonlinearity::none) {
        return one;
    } else if constexpr (Name == nonlinearity::relu) {
        return saved > zero ? one : zero;
    } else if constexpr (Name == nonlinearity::relu6) {
        return detail::is_between(saved, zero, Real{6});
    } else if constexpr (Name == nonlinearity::leaky_relu) {
        return saved > zero ? one : Real(0.01);
    } else if constexpr (Name == nonlinearity::elu) {
        return saved > zero ? one : saved + one;
    } else if constexpr (Name == nonlinearity::gelu) {
        return detail::normal_distribution(saved) + saved * detail::normal_density(saved);
    } else if constexpr (Name == nonlinearity::silu) {
        const Real share = detail::logistic(saved);
        return share * (one + saved * (one - share));
    } else if constexpr (Name == nonlinearity::softplus) {
        return saved > Real{20} ? one : -std::expm1(-saved);  // sigmoid(x) = 1 - exp(-softplus(x))
    } else if constexpr (Name == nonlinearity::sigmoid) {
        return saved * (one - saved);
    } else if constexpr (Name == nonlinearity::hard_sigmoid) {
        return detail::is_between(saved, zero, one) *
               Real(1.0F / 6.0F);  // PyTorch's constant, a float's for doubles too
    } else if constexpr (Name == nonlinearity::tanh) {
        return one - saved * saved;
    } else {
        static_assert(Name == nonlinearity::hard_tanh);
        return detail::is_between(saved, Real{-1}, one);
    }
}

/// One leaky Euler step towards f(drive), at the rate 1/tau.
template <class Real>
CORTEXPR_DEVICE inline Real leaky_step(Real before, Real value, Real rate) {
    return before + rate * (value - before);
}

/// Adjoints of what a leaky step reads.
template <class Real>
struct leaky_adjoint {
    Real drive, before, rate;
};

/// `after` is the adjoint of the step's result; value is f(drive), slope its derivative.
template <class Real>
CORTEXPR_DEVICE inline leaky_adjoint<Real> leaky_step_adjoint(Real after, Real before, Real value, Real slope,
                                                              Real rate) {
    const Real through = rate * after;
    return {through * slope, after - through, after * (value - before)};
}

}  // namespace cortexpr::kernels
