#pragma once
// Numbers from texts, whatever the locale.

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace cortexpr {

/// The number that the whole text is, in decimal digits; nothing for another text, and for a number that the type can't
/// hold. "inf" and "nan" are numbers of the floating-point types.
template <class Number>
std::optional<Number> parsed(std::string_view text) noexcept {
    Number value{};
    const auto *const first = text.data(), *const end = first + text.size();
    const auto read = std::from_chars(first, end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

}  // namespace cortexpr
