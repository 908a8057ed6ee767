// Vectors of GCC's vector extension and the functions of one on them. Included by one file for each instruction set,
// which defines CORTEXPR_INSTRUCTION_SET (a namespace) and CORTEXPR_VECTOR_BYTES first.

#pragma once

#include <cortexpr/numbers/activation.hpp>

#include <cstdint>
#include <cstring>
#if CORTEXPR_VECTOR_BYTES == 32 || (CORTEXPR_VECTOR_BYTES == 64 && defined(__AVX512F__))
#include <immintrin.h>
#endif

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

template <class Scalar>
struct vector_of;
template <>
struct vector_of<float> {
    using type [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = float;
    using bits [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = std::int32_t;
};
template <>
struct vector_of<double> {
    using type [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = double;
    using bits [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = std::int64_t;
};
template <class Scalar>
using vector = typename vector_of<Scalar>::type;
template <class Scalar>
using bit_vector = typename vector_of<Scalar>::bits;
template <class Scalar>
inline constexpr int lanes = CORTEXPR_VECTOR_BYTES / static_cast<int>(sizeof(Scalar));

/// Scalars from what is read to what is asked for, of that which comes from the third-level cache or from memory: saved
/// maps and the weights of many channels (docs/dev/planned.md, Numbers).
template <class Scalar>
inline constexpr int read_ahead = 2048 / static_cast<int>(sizeof(Scalar));

template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> load(const Scalar* from) {
    vector<Scalar> value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <class Scalar>
[[gnu::always_inline]] inline void store(Scalar* to, vector<Scalar> value) {
    std::memcpy(to, &value, sizeof value);
}
/// Past the caches where a vector is a whole line of them; `to` is the start of one. Ends with finish_streaming().
template <class Scalar>
[[gnu::always_inline]] inline void stream(Scalar* to, vector<Scalar> value) {
#if CORTEXPR_VECTOR_BYTES == 64 && defined(__AVX512F__)
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        _mm512_stream_ps(to, value);
    } else {
        _mm512_stream_pd(to, value);
    }
#else
    store(to, value);
#endif
}
/// Other threads see what was streamed before.
[[gnu::always_inline]] inline void finish_streaming() {
#if CORTEXPR_VECTOR_BYTES == 64 && defined(__AVX512F__)
    _mm_sfence();
#endif
}
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> all(Scalar value) {
    return value - vector<Scalar>{};
}
template <class Scalar>
[[gnu::always_inline]] inline bit_vector<Scalar> as_bits(vector<Scalar> value) {
    bit_vector<Scalar> bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> as_numbers(bit_vector<Scalar> bits) {
    vector<Scalar> value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// Whether a comparison holds in some lane.
template <class Scalar>
[[gnu::always_inline]] inline bool any_of(bit_vector<Scalar> mask) {
    std::uint64_t words[sizeof mask / sizeof(std::uint64_t)];
    std::memcpy(words, &mask, sizeof mask);
    std::uint64_t all = 0;
    for (const auto word : words) all |= word;
    return all != 0;
}
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> absolute(vector<Scalar> value) {
    return value < Scalar{0} ? -value : value;
}

// Accumulators of a product stay in registers: positions (or sources) x 2 vectors (docs/dev/planned.md, Numbers).
#if CORTEXPR_VECTOR_BYTES == 64
inline constexpr int most_positions = 12;  // of 32 registers
#else
inline constexpr int most_positions = 6;  // of 16
#endif
inline constexpr int most_sources = most_positions;

/// For what is rare, or needs the last bit: one lane after the other.
template <class Scalar, class Function>
[[gnu::always_inline]] inline vector<Scalar> by_lane(vector<Scalar> value, Function function) {
    for (int i = 0; i < lanes<Scalar>; ++i) value[i] = function(value[i]);
    return value;
}

/// x held between two bounds; NaN stays NaN.
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> held_between(vector<Scalar> x, Scalar low, Scalar high) {
#if CORTEXPR_VECTOR_BYTES == 32  // where GCC makes two instructions of each comparison below
    if constexpr (sizeof(Scalar) == sizeof(float)) return _mm256_min_ps(all(high), _mm256_max_ps(all(low), x));
#endif
    x = all(low) > x ? all(low) : x;
    return all(high) < x ? all(high) : x;
}

/// e^x for x between -87 and 88: 2^n p(r), with n the nearest whole number to x / ln 2 and r the rest. p is the
/// polynomial of degree 5 with p(0) = 1 and the least relative error, 9e-8, between -1/2 and 1/2.
[[gnu::always_inline]] inline vector<float> exp_in_range(vector<float> x) {
    // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the last bits.
    const vector<float> shifted = x * 1.442695040888963F + 12582912.0F;
    const vector<float> whole = shifted - 12582912.0F;
    const vector<float> rest = (x * 1.442695040888963F - whole) + x * 1.925963033500e-8F;
    vector<float> power = rest * 1.326472731e-3F + 9.671512813e-3F;
    power = power * rest + 5.550733745e-2F;
    power = power * rest + 2.402224208e-1F;
    power = power * rest + 6.931469776e-1F;
    power = power * rest + 1.0F;
    return as_numbers<float>(as_bits<float>(power) + (as_bits<float>(shifted) << 23));
}

/// e^x; float: exp(-87) below -87, infinite above 88, relative error below 3e-7.
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> exp(vector<Scalar> x) {
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        const auto power = exp_in_range(held_between(x, -87.0F, 88.0F));
        return x > 88.0F ? all(__builtin_inff()) : power;
    } else {
        return by_lane<Scalar>(x, [](Scalar one) { return __builtin_exp(one); });
    }
}

template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> sigmoid(vector<Scalar> x) {
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        return 1.0F / (1.0F + exp_in_range(-held_between(x, -88.0F, 87.0F)));
    } else {
        return Scalar{1} / (Scalar{1} + exp<Scalar>(-x));
    }
}

/// float: near 0 the polynomial of tanhf in S. L. Moshier's Cephes library, elsewhere from e^2x.
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> tanh(vector<Scalar> x) {
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        const auto square = x * x;
        auto series = square * -5.70498872745e-3F + 2.06390887954e-2F;
        series = series * square - 5.37397155531e-2F;
        series = series * square + 1.33314422036e-1F;
        series = series * square - 3.33332819422e-1F;
        series = series * square * x + x;
        const auto far = 1.0F - 2.0F / (1.0F + exp_in_range(2.0F * held_between(x, -9.5F, 9.5F)));
        return square < 0.390625F ? series : far;
    } else {
        return by_lane<Scalar>(x, [](Scalar one) { return __builtin_tanh(one); });
    }
}

template <class Scalar>
[[gnu::always_inline]] inline Scalar normal_distribution(Scalar x) {
    // The complement doesn't cancel far below 0.
    const Scalar argument = -x * static_cast<Scalar>(root_of_half);
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        return 0.5F * __builtin_erfcf(argument);
    } else {
        return 0.5 * __builtin_erfc(argument);
    }
}

/// The nonlinearities as PyTorch defines them, and their slopes from what the forward pass keeps: the value, or the
/// argument where the value doesn't tell the slope.
template <class Scalar, activation Function>
struct named_nonlinearity {
    using numbers = vector<Scalar>;
    static constexpr bool tells_slope = value_tells_slope(Function);

    [[gnu::always_inline]] static numbers value(numbers x) {
        constexpr numbers zero{};
        if constexpr (Function == activation::none) {
            return x;
        } else if constexpr (Function == activation::relu) {
            return x < Scalar{0} ? zero : x;
        } else if constexpr (Function == activation::relu6) {
            return held_between(x, Scalar{0}, Scalar{6});
        } else if constexpr (Function == activation::leaky_relu) {
            return x > Scalar{0} ? x : x * Scalar{0.01};
        } else if constexpr (Function == activation::elu) {
            return x > Scalar{0} ? x : by_lane<Scalar>(x, [](Scalar one) { return one < 0 ? minus_one(one) : one; });
        } else if constexpr (Function == activation::gelu) {
            return x * by_lane<Scalar>(x, [](Scalar one) { return normal_distribution(one); });
        } else if constexpr (Function == activation::silu) {
            return x / (Scalar{1} + exp<Scalar>(-x));  // 0 far below, where x times a small sigmoid is not
        } else if constexpr (Function == activation::softplus) {
            const auto low = by_lane<Scalar>(x, [](Scalar one) { return one > 20 ? one : log_of_one_plus(one); });
            return x > Scalar{20} ? x : low;
        } else if constexpr (Function == activation::sigmoid) {
            return sigmoid<Scalar>(x);
        } else if constexpr (Function == activation::hard_sigmoid) {
            return held_between<Scalar>((x + Scalar{3}) / Scalar{6}, Scalar{0}, Scalar{1});
        } else if constexpr (Function == activation::tanh) {
            return tanh<Scalar>(x);
        } else {
            static_assert(Function == activation::hard_tanh);
            return held_between(x, Scalar{-1}, Scalar{1});
        }
    }

    [[gnu::always_inline]] static numbers slope(numbers saved) {
        constexpr numbers zero{};
        const numbers one = all(Scalar{1});
        if constexpr (Function == activation::none) {
            return one;
        } else if constexpr (Function == activation::relu) {
            return saved > Scalar{0} ? one : zero;
        } else if constexpr (Function == activation::relu6) {
            return between(saved, 0, 6);
        } else if constexpr (Function == activation::leaky_relu) {
            return saved > Scalar{0} ? one : all(Scalar{0.01});
        } else if constexpr (Function == activation::elu) {
            return saved > Scalar{0} ? one : saved + Scalar{1};
        } else if constexpr (Function == activation::gelu) {
            return by_lane<Scalar>(saved, [](Scalar x) {
                const auto density = static_cast<Scalar>(normal_density_at_0) *
                                     static_cast<Scalar>(__builtin_exp(-0.5 * static_cast<double>(x) * x));
                return normal_distribution(x) + x * density;
            });
        } else if constexpr (Function == activation::silu) {
            const numbers share = sigmoid<Scalar>(saved);
            return share * (Scalar{1} + saved * (Scalar{1} - share));
        } else if constexpr (Function == activation::softplus) {
            // The slope is sigmoid(x) = 1 - exp(-softplus(x)), and 1 on the straight line above 20.
            return by_lane<Scalar>(saved, [](Scalar value) { return value > 20 ? Scalar{1} : -minus_one(-value); });
        } else if constexpr (Function == activation::sigmoid) {
            return saved * (Scalar{1} - saved);
        } else if constexpr (Function == activation::hard_sigmoid) {
            return between(saved, 0, 1) * Scalar{1.0F / 6.0F};  // LibTorch's constant, a float's for doubles too
        } else if constexpr (Function == activation::tanh) {
            return Scalar{1} - saved * saved;
        } else {
            return between(saved, -1, 1);
        }
    }

  private:
    [[gnu::always_inline]] static numbers between(numbers x, int low, int high) {
        const numbers above = x > static_cast<Scalar>(low) ? all(Scalar{1}) : numbers{};
        return x < static_cast<Scalar>(high) ? above : numbers{};
    }
    [[gnu::always_inline]] static Scalar minus_one(Scalar x) {
        if constexpr (sizeof(Scalar) == sizeof(float)) {
            return __builtin_expm1f(x);
        } else {
            return __builtin_expm1(x);
        }
    }
    [[gnu::always_inline]] static Scalar log_of_one_plus(Scalar x) {
        if constexpr (sizeof(Scalar) == sizeof(float)) {
            return __builtin_log1pf(__builtin_expf(x));
        } else {
            return __builtin_log1p(__builtin_exp(x));
        }
    }
};

/// Calls visit(named_nonlinearity<Scalar, Function>{}) for the run-time value.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void with_named(activation function, Visitor visit) {
    switch (function) {
        case activation::none:
            return visit(named_nonlinearity<Scalar, activation::none>{});
        case activation::relu:
            return visit(named_nonlinearity<Scalar, activation::relu>{});
        case activation::relu6:
            return visit(named_nonlinearity<Scalar, activation::relu6>{});
        case activation::leaky_relu:
            return visit(named_nonlinearity<Scalar, activation::leaky_relu>{});
        case activation::elu:
            return visit(named_nonlinearity<Scalar, activation::elu>{});
        case activation::gelu:
            return visit(named_nonlinearity<Scalar, activation::gelu>{});
        case activation::silu:
            return visit(named_nonlinearity<Scalar, activation::silu>{});
        case activation::softplus:
            return visit(named_nonlinearity<Scalar, activation::softplus>{});
        case activation::sigmoid:
            return visit(named_nonlinearity<Scalar, activation::sigmoid>{});
        case activation::hard_sigmoid:
            return visit(named_nonlinearity<Scalar, activation::hard_sigmoid>{});
        case activation::tanh:
            return visit(named_nonlinearity<Scalar, activation::tanh>{});
        case activation::hard_tanh:
            return visit(named_nonlinearity<Scalar, activation::hard_tanh>{});
    }
}

/// A chain, or a user's function: chosen anew for each vector, so slower than one by name.
template <class Scalar>
struct composed_nonlinearity {
    using numbers = vector<Scalar>;
    static constexpr bool tells_slope = false;

    numbers value(numbers x) const {
        if (function.value != nullptr) return by_row(function.value, x);
        for (int i = 0; i < function.length; ++i)
            with_named<Scalar>(function.members[i], [&x](auto one) { x = one.value(x); });
        return x;
    }
    numbers slope(numbers x) const {
        if (function.value != nullptr) return by_row(function.slope, x);
        numbers product = all(Scalar{1});
        for (int i = 0; i < function.length; ++i)
            with_named<Scalar>(function.members[i], [&x, &product](auto one) {
                const numbers y = one.value(x);
                product *= one.slope(one.tells_slope ? y : x);
                x = y;
            });
        return product;
    }

    const pointwise_function<Scalar>& function;

  private:
    static numbers by_row(row_function<Scalar> map, numbers x) {
        Scalar in[lanes<Scalar>], out[lanes<Scalar>];
        store(in, x);
        map(in, out, static_cast<std::size_t>(lanes<Scalar>));
        return load<Scalar>(out);
    }
};

/// Calls visit with the nonlinearity; one loop for each that has a name, and none inside of it.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void with_nonlinearity(const pointwise_function<Scalar>& function, Visitor visit) {
    if (function.has_one_name()) {
        with_named<Scalar>(function.members[0], visit);
    } else {
        visit(composed_nonlinearity<Scalar>{function});
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
