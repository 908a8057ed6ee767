#pragma once
// Pointwise nonlinearities: those of PyTorch by name, a chain of several, or one that the user writes.
//
//     nonlinearity<activation::relu>                                      // one by name
//     nonlinearity<chain(activation::softplus, activation::tanh)>        // tanh(softplus(z))
//     struct Squared {                                                    // one's own: value and derivative
//         static constexpr bool can_be_negative = false;
//         template <class Real> static constexpr Real value(Real x) { return x > 0 ? x * x : 0; }
//         template <class Real> static constexpr Real slope(Real x) { return x > 0 ? 2 * x : 0; }
//     };
//     nonlinearity<custom<Squared>>

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/type_name.hpp>
#include <cortexpr/numbers/activation.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <type_traits>

namespace cortexpr {

/// Its name as it is written here and in PyTorch: "relu6".
constexpr std::string_view name_of(activation value) {
    constexpr std::string_view names[]{"none", "relu",     "relu6",   "leaky_relu",   "elu",  "gelu",
                                       "silu", "softplus", "sigmoid", "hard_sigmoid", "tanh", "hard_tanh"};
    return names[static_cast<int>(value)];
}

namespace detail {
// No switch: users' -Wswitch-enum would want all names in it.
constexpr bool is_among(activation value, std::initializer_list<activation> names) {
    for (const activation name : names)
        if (value == name) return true;
    return false;
}
}  // namespace detail

/// Whether the nonlinearity can give a negative value, and so turn the sign of an excitatory or inhibitory cell.
constexpr bool can_be_negative(activation value) {
    return !detail::is_among(value, {activation::relu, activation::relu6, activation::softplus, activation::sigmoid,
                                     activation::hard_sigmoid});
}

/// Whether the derivative has no jumps. (softplus is a straight line above 20, where its slope is 1 to 2e-9.)
constexpr bool is_smooth(activation value) {
    return !detail::is_among(value, {activation::relu, activation::relu6, activation::leaky_relu,
                                     activation::hard_sigmoid, activation::hard_tanh});
}

/// A user's nonlinearity with its type erased; null pointers where the type lacks what it needs.
struct custom_activation {
    /// Pointers to the user's functions, for rows of numbers.
    template <class Real>
    struct rows {
        row_function<Real> value = nullptr;  ///< the nonlinearity of `in`
        row_function<Real> slope = nullptr;  ///< the derivative at `in`
    };

    std::string_view name;         ///< of the user's struct
    std::string_view identity;     ///< the type as the compiler spells it, namespaces included
    bool is_complete = false;      ///< whether the struct is a `CustomActivation`
    bool can_be_negative = false;  ///< as the struct says
    bool keeps_sign = false;       ///< never below 0 for what is not: so the struct says, or it is never below 0 at all
    bool is_smooth = false;        ///< as the struct says; false where it doesn't say
    rows<float> floats{};          ///< for float32
    rows<double> doubles{};        ///< for float64

    /// The functions for float or double.
    template <class Real>
    constexpr const rows<Real>& of() const {
        if constexpr (std::same_as<Real, float>) {
            return floats;
        } else {
            return doubles;
        }
    }
};

/// What a user writes: whether a value can be below zero, the value and the derivative, for float and double. Who adds
/// `static constexpr bool is_smooth = true` says that the derivative has no jumps, which may make networks faster; with
/// `keeps_sign = true`, that what is not negative stays so, as for tanh.
template <class T>
concept CustomActivation = requires(float single, double exact) {
    typename std::bool_constant<T::can_be_negative>;
    { T::value(single) } -> std::same_as<float>;
    { T::value(exact) } -> std::same_as<double>;
    { T::slope(single) } -> std::same_as<float>;
    { T::slope(exact) } -> std::same_as<double>;
};

/// A nonlinearity as declared: one by name, a chain of them, or a user's. Made from an `activation` without asking.
struct activation_function {
    static constexpr int most = longest_chain;  ///< members of the longest chain that is accepted

    std::array<activation, most> members{};  ///< applied from the first to the last; the rest are none
    int length = 1;  ///< as asked for; a rule refuses a chain of none, or of more than `most`; below 0 for a custom one
    const custom_activation* custom = nullptr;  ///< where there is one, it stands for all of the above

    constexpr activation_function() = default;
    /// One nonlinearity by name.
    constexpr activation_function(activation one) : members{one} {}

    /// As kernels take it.
    template <class Real>
    constexpr operator kernels::pointwise_function<Real>() const {
        kernels::pointwise_function<Real> result;
        for (std::size_t i = 0; i < members.size(); ++i) result.members[i] = members[i];
        result.length = length;
        if (is_custom()) {
            result.value = custom->of<Real>().value;
            result.slope = custom->of<Real>().slope;
        }
        return result;
    }

    // Neither asks about an address: under -fsanitize=undefined GCC takes no such question for a constant (bug 71962).
    /// Whether it is a user's own.
    constexpr bool is_custom() const { return length < 0; }
    /// Whether it is one by name, members[0].
    constexpr bool has_one_name() const { return length == 1; }
    friend constexpr bool operator==(const activation_function& one, const activation_function& other) {
        if (one.is_custom() && other.is_custom()) return one.custom->identity == other.custom->identity;
        return one.length == other.length && one.members == other.members;
    }
};

/// Whether it gives nothing above 0 for what is not above 0, and so 0 for 0. A user's own isn't asked.
constexpr bool keeps_below_zero(const activation_function& function) {
    if (function.is_custom()) return false;
    for (const activation member : function.members)
        if (detail::is_among(member, {activation::softplus, activation::sigmoid, activation::hard_sigmoid}))
            return false;
    return true;
}

/// Whether it gives 0 for every number below 0. A user's own isn't asked.
constexpr bool is_zero_below_zero(const activation_function& function) {
    if (!keeps_below_zero(function)) return false;
    for (const activation member : function.members)
        if (detail::is_among(member, {activation::relu, activation::relu6})) return true;
    return false;
}

/// An `activation`, a chain or a `custom`.
template <class T>
concept ActivationFunction = std::convertible_to<T, activation_function>;

/// Several nonlinearities, the first one first: chain(activation::softplus, activation::tanh) is tanh(softplus(z)).
template <std::same_as<activation>... Activations>
consteval activation_function chain(Activations... members) {
    activation_function result;
    result.length = 0;
    [[maybe_unused]] const auto add = [&result](activation member) {
        if (result.length < activation_function::most) result.members[static_cast<std::size_t>(result.length)] = member;
        ++result.length;
    };
    (add(members), ...);
    return result;
}

namespace detail {

template <class T>
struct custom_activation_of {
    template <class Real>
    static void values(const Real* in, Real* out, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) out[i] = T::value(in[i]);
    }
    template <class Real>
    static void slopes(const Real* in, Real* out, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) out[i] = T::slope(in[i]);
    }
    static consteval bool is_smooth() {
        if constexpr (requires { typename std::bool_constant<T::is_smooth>; }) {
            return T::is_smooth;
        } else {
            return false;
        }
    }
    static consteval bool keeps_sign() {
        if constexpr (requires { typename std::bool_constant<T::keeps_sign>; }) {
            return T::keeps_sign || !T::can_be_negative;
        } else {
            return !T::can_be_negative;
        }
    }
    static consteval std::string_view identity() { return __PRETTY_FUNCTION__; }
    static consteval custom_activation erase() {
        if constexpr (CustomActivation<T>) {
            return {.name = type_name<T>,
                    .identity = identity(),
                    .is_complete = true,
                    .can_be_negative = T::can_be_negative,
                    .keeps_sign = keeps_sign(),
                    .is_smooth = is_smooth(),
                    .floats = {values<float>, slopes<float>},
                    .doubles = {values<double>, slopes<double>}};
        } else {
            return {.name = type_name<T>, .identity = identity()};
        }
    }
    static constexpr custom_activation erased = erase();

    static consteval activation_function function() {
        activation_function result;
        result.length = -1;
        result.custom = &erased;
        return result;
    }
};

}  // namespace detail

/// The nonlinearity of a user's struct. Its functions run on the CPU; on another device values travel there and back.
template <class T>
inline constexpr activation_function custom = detail::custom_activation_of<T>::function();

/// As for one nonlinearity. A user's is smooth if it says so.
constexpr bool is_smooth(const activation_function& value) {
    if (value.is_custom()) return value.custom->is_smooth;
    bool all = true;
    for (const activation member : value.members) all = all && is_smooth(member);
    return all;
}

/// As for one nonlinearity. All of them map what is not negative to what is not negative, so that one such member makes
/// the whole chain so.
constexpr bool can_be_negative(const activation_function& value) {
    if (value.is_custom()) return value.custom->can_be_negative;
    bool all = true;
    for (const activation member : value.members) all = all && can_be_negative(member);
    return all;
}

/// Whether what is not negative stays so.
constexpr bool keeps_sign(const activation_function& value) { return !value.is_custom() || value.custom->keeps_sign; }

/// "softplus,tanh", "none", or the name of the user's struct.
class activation_name {
  public:
    /// The name of a nonlinearity; what it names must outlive it.
    constexpr explicit activation_name(const activation_function& of) {
        if (of.is_custom()) {
            custom_ = of.custom->name;
            return;
        }
        for (int i = 0; i < of.length && i < activation_function::most; ++i) {
            if (i > 0) chain_[size_++] = ',';
            for (const char letter : name_of(of.members[static_cast<std::size_t>(i)])) chain_[size_++] = letter;
        }
    }
    /// The characters, which live as long as the name.
    constexpr operator std::string_view() const {
        return custom_.empty() ? std::string_view(chain_.data(), size_) : custom_;
    }
    friend constexpr bool operator==(const activation_name& name, std::string_view text) {
        return std::string_view(name) == text;
    }

  private:
    std::string_view custom_{};
    std::array<char, 64> chain_{};  // four of the longest names and three commas take less
    std::size_t size_ = 0;
};
/// As `activation_name` spells it.
constexpr activation_name name_of(const activation_function& value) { return activation_name(value); }

namespace detail {

// Infinity is a warning on Clang where a user's flags (-ffast-math) say that there is none.
inline constexpr double largest_double = (std::numeric_limits<double>::max)();

}  // namespace detail

/// How far the slope of a user's nonlinearity is from the central differences of its value, at `points` points of
/// [from, to]: the largest |slope - difference| / max(1, |difference|). About 1e-8 where the slope is right; the
/// largest double where either is infinite or NaN. `static_assert(largest_slope_error<Squared>() < 1e-6)` where the
/// functions are constexpr.
template <CustomActivation T>
constexpr double largest_slope_error(double from = -6.0, double to = 6.0, int points = 1000) {
    constexpr double step = 1e-6;
    constexpr double off_the_round_numbers = 0.381966;  // where kinks like to be
    constexpr auto size_of = [](double x) { return x < 0 ? -x : x; };
    double worst = 0;
    for (int i = 0; i < points; ++i) {
        const double x = from + (to - from) * (i + off_the_round_numbers) / points;
        const double difference = (T::value(x + step) - T::value(x - step)) / (2 * step);
        const double size = size_of(difference), error = size_of(T::slope(x) - difference) / (size > 1 ? size : 1);
        if (!(error <= detail::largest_double)) return detail::largest_double;
        if (error > worst) worst = error;
    }
    return worst;
}

/// The least value of a user's nonlinearity at `points` points of [from, to]: not negative where it says so.
template <CustomActivation T>
constexpr double least_value(double from = -6.0, double to = 6.0, int points = 1001) {
    double least = T::value(from);
    for (int i = 1; i < points; ++i) {
        const double value = T::value(from + (to - from) * i / (points - 1));
        if (!(value >= -detail::largest_double)) return value;  // NaN, which is not above 0 either
        if (value < least) least = value;
    }
    return least;
}

}  // namespace cortexpr
