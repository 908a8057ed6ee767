#pragma once
// A check of counts on a command line.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <string>

namespace cortexpr {

/// A whole number within bounds, without zeros before it: CLI11 would read 010 as an octal number, 8.
inline CLI::Validator count(int least, int most) {
    const auto refusal = [least, most](const std::string& text) {
        int value = 0;
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        const bool is_it = read.ec == std::errc() && read.ptr == end && value >= least && value <= most;
        return is_it && text == fmt::format("{}", value)
                   ? std::string()
                   : fmt::format("{} is not a whole number from {} to {}", text, least, most);
    };
    return {refusal, fmt::format("INT in [{} - {}]", least, most)};
}

}  // namespace cortexpr
