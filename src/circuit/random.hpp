#pragma once
// Random numbers that are the same on every machine: only IEEE 754's exact or singly rounded operations, no library
// functions whose last bits differ. Compiled without fused multiply-add, see src/CMakeLists.txt.

#include <cortexpr/numbers/split_mix_64.hpp>

#include <cstdint>
#include <span>
#include <utility>

namespace cortexpr::circuit {

/// Natural logarithm of a positive, normal number, and the exponential, to about 1e-15; the same bits everywhere.
double exact_log(double value);
double exact_exp(double value);

class random_stream {
  public:
    explicit random_stream(std::uint64_t seed) : bits_(mixed_bits(seed)) {}

    std::uint64_t operator()() { return bits_(); }
    /// [0, 1), in steps of 2^-53.
    double uniform() { return bits_.uniform(); }
    /// (0, 1]: never 0, for logarithms.
    double positive() { return static_cast<double>(((*this)() >> 11U) + 1) * 0x1p-53; }
    /// 0 to bound - 1, each as likely.
    std::uint64_t below(std::uint64_t bound);
    /// N(0, 1).
    double normal();
    /// How many of a series of chances fail before the next succeeds, if each does with `probability` in (0, 1).
    double failures_before_success(double probability);

  private:
    split_mix_64 bits_;
    double spare_ = 0;
    bool has_spare_ = false;
};

/// Puts what is in the span in a random order.
template <typename Value>
void shuffle(std::span<Value> values, random_stream& draw) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[draw.below(i)]);
}

}  // namespace cortexpr::circuit
