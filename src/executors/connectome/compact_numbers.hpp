#pragma once
// Lists of one number for each synapse, in little memory: a whole brain has tens of millions of them.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace cortexpr::executors {

/// A list that stays as it is made, every number in as few bytes as hold all of them exactly: 1 or 2 for whole ones
/// from 0 (cells, contacts), 4 for floating-point ones that float32 has, and otherwise those of the type.
template <class Number>
requires std::same_as<Number, double> || std::same_as<Number, std::int32_t>
class compact_numbers {
  public:
    compact_numbers() = default;
    explicit compact_numbers(std::span<const Number> values) {
        if (store<std::uint8_t>(values) || store<std::uint16_t>(values)) return;
        if constexpr (std::floating_point<Number>)
            if (store<float>(values)) return;
        values_ = std::vector<Number>(values.begin(), values.end());
    }

    std::size_t size() const {
        return std::visit([](const auto& values) { return values.size(); }, values_);
    }
    std::size_t bytes() const {
        return std::visit([](const auto& values) { return values.size() * sizeof(values[0]); }, values_);
    }
    Number operator[](std::size_t index) const {
        return std::visit([index](const auto& values) { return static_cast<Number>(values[index]); }, values_);
    }
    /// Into an array of size() numbers.
    void unpack(std::span<Number> to) const {
        std::visit([to](const auto& values) { std::ranges::copy(values, to.begin()); }, values_);
    }
    std::vector<Number> unpacked() const {
        return std::visit([](const auto& values) { return std::vector<Number>(values.begin(), values.end()); },
                          values_);
    }

  private:
    template <class Small>
    static bool holds(Number value) {
        const auto least = static_cast<Number>(std::numeric_limits<Small>::lowest());
        const auto most = static_cast<Number>(std::numeric_limits<Small>::max());
        if (!(value >= least && value <= most)) return false;  // outside, the conversion has no meaning
        if constexpr (std::floating_point<Number> && std::integral<Small>)
            if (std::signbit(value)) return false;  // of -0
        return static_cast<Number>(static_cast<Small>(value)) == value;
    }

    template <class Small>
    bool store(std::span<const Number> values) {
        if (!std::ranges::all_of(values, holds<Small>)) return false;
        std::vector<Small> small(values.size());
        std::ranges::transform(values, small.begin(), [](Number value) { return static_cast<Small>(value); });
        values_ = std::move(small);
        return true;
    }

    using bytes_of = std::vector<std::uint8_t>;
    using pairs_of = std::vector<std::uint16_t>;
    std::conditional_t<std::floating_point<Number>,
                       std::variant<bytes_of, pairs_of, std::vector<float>, std::vector<Number>>,
                       std::variant<bytes_of, pairs_of, std::vector<Number>>>
        values_;
};

}  // namespace cortexpr::executors
