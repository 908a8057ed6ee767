#include "random.hpp"

#include <bit>
#include <cmath>

namespace cortexpr::circuit {

namespace {

constexpr double log_2 = 0.693147180559945309417;

/// value times 2^exponent, where both and the result are normal.
double scaled(double value, int exponent) {
    return value * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + exponent) << 52U);
}

}  // namespace

double exact_log(double value) {
    // value = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)), a series of odd powers.
    const auto bits = std::bit_cast<std::uint64_t>(value);
    int exponent = static_cast<int>(bits >> 52U & 0x7FFU) - 1023;
    double mantissa = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFU) | 0x3FF0000000000000U);
    if (mantissa > 1.4142135623730951) {
        mantissa *= 0.5;
        ++exponent;
    }
    const double ratio = (mantissa - 1) / (mantissa + 1);
    const double square = ratio * ratio;
    double sum = 0;
    for (int power = 23; power >= 1; power -= 2) sum = sum * square + 1.0 / power;
    return exponent * log_2 + 2 * ratio * sum;
}

double exact_exp(double value) {
    if (value > 700) value = 700;
    if (value < -700) return 0;
    // value = k log 2 + r with |r| <= log(2) / 2, and the series of exp r.
    const double count = std::floor(value / log_2 + 0.5);
    const double rest = value - count * log_2;
    double sum = 1;
    for (int term = 16; term >= 1; --term) sum = 1 + sum * rest / term;
    return scaled(sum, static_cast<int>(count));
}

std::uint64_t random_stream::below(std::uint64_t bound) {
    // What lies in the last, incomplete run of `bound` numbers is drawn again.
    const std::uint64_t surplus = (0 - bound) % bound;
    while (true) {
        const std::uint64_t drawn = (*this)();
        if (drawn >= surplus) return drawn % bound;
    }
}

double random_stream::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    double x = 0, y = 0, square = 0;
    do {  // Marsaglia's polar method
        x = 2 * uniform() - 1;
        y = 2 * uniform() - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * exact_log(square) / square);
    spare_ = y * factor;
    has_spare_ = true;
    return x * factor;
}

double random_stream::failures_before_success(double probability) {
    // log(1 - p) by its series where 1 - p would round.
    const double log_failure =
        probability < 1e-5 ? -probability * (1 + probability * (0.5 + probability / 3)) : exact_log(1 - probability);
    return std::floor(exact_log(positive()) / log_failure);
}

}  // namespace cortexpr::circuit
