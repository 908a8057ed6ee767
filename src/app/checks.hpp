#pragma once
// What the value of an option must be; a check says so where it isn't.

#include "../io/input_file.hpp"
#include "../parsed.hpp"

#include <cortexpr/named_value.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::application {

/// A finite number within bounds; `words` say which.
inline CLI::Validator number_that(bool (*is_within)(double), const char* words) {
    const auto refusal = [is_within, words](const std::string& text) {
        // CLI11 takes hexadecimal numbers, too, which no list does, and a plus before one.
        const auto value = parsed<double>(std::string_view(text).substr(text.starts_with('+') ? 1 : 0));
        if (!value || !std::isfinite(*value)) return fmt::format("{} is not a {}", text, words);
        if (std::abs(*value) > std::numeric_limits<float>::max())
            return fmt::format("{} is more than a float32 holds", text);
        if (*value != 0 && std::abs(*value) < std::numeric_limits<float>::min())
            return fmt::format("{} is less than a float32 holds", text);
        return is_within(*value) ? std::string() : fmt::format("{} is not a {}", text, words);
    };
    return {refusal, ""};
}

inline CLI::Validator positive_number() {
    return number_that([](double value) { return value > 0; }, "positive number");
}
inline CLI::Validator not_negative() {
    return number_that([](double value) { return value >= 0; }, "number from 0");
}
inline CLI::Validator share() {
    return number_that([](double value) { return value >= 0 && value < 1; }, "number from 0 to below 1");
}

/// CLI11 takes a zero before a number for the sign of an octal one, as 010 of `seq -w 1 20` in a job array: 8.
template <class Number>
std::string octal_refusal(const std::string& text, Number value) {
    const auto plain = fmt::format("{}", value);
    return text == plain ? "" : fmt::format("{} begins with a zero; give {}", text, plain);
}

/// CLI11 reads unsigned numbers by strtoull, which takes "-1", and anything too large, for the largest of them.
inline CLI::Validator whole_number() {
    const auto refusal = [](const std::string& text) {
        const auto value = parsed<std::uint64_t>(text);
        return value ? octal_refusal(text, *value)
                     : fmt::format("{} is not a whole number from 0 to {}", text, ~std::uint64_t{0});
    };
    return {refusal, ""};
}

/// The numbers of a text with commas between; none where one isn't finite, or isn't a number.
template <class Number = float>
std::vector<Number> numbers_in(const std::string& text) {
    std::vector<Number> numbers;
    const auto *next = text.data(), *end = next + text.size();
    while (true) {
        Number value = 0;
        const auto read = std::from_chars(next, end, value);
        if (read.ec != std::errc() || !std::isfinite(value)) return {};
        numbers.push_back(value);
        if (read.ptr == end) return numbers;
        if (*read.ptr != ',') return {};
        next = read.ptr + 1;
    }
}

inline constexpr const char* measured = "measured";

/// Numbers within bounds with commas between, or the word "measured"; `words` say what one is.
inline CLI::Validator numbers_or_measured(bool (*is_within)(float), const char* words) {
    const auto refusal = [is_within, words](const std::string& text) {
        const auto numbers = numbers_in(text);
        if (numbers.empty() && !numbers_in<double>(text).empty())
            return fmt::format("{} has a number that a float32 doesn't hold", text);
        return text == measured || (!numbers.empty() && std::all_of(numbers.begin(), numbers.end(), is_within))
                   ? std::string()
                   : fmt::format("{} is neither a {}, nor several with commas between, nor the word measured", text,
                                 words);
    };
    return {refusal, ""};
}

/// The value of a flag: --flip, or --flip=false.
inline CLI::Validator true_or_false() {
    const auto refusal = [](const std::string& text) {
        return text == "true" || text == "false" ? std::string() : fmt::format("{} is neither true nor false", text);
    };
    return {refusal, ""};
}

inline constexpr int most_of_anything = 1'000'000'000;

/// A whole number, by default of things of which there is at least one. --help shows bounds that matter.
inline CLI::Validator count(int least = 1, int most = most_of_anything) {
    const auto refusal = [least, most](const std::string& text) {
        const auto value = parsed<int>(text);
        if (value && *value >= least && *value <= most) return octal_refusal(text, *value);
        const bool is_whole =
            !text.empty() && text.find_first_not_of("0123456789", text.front() == '-' ? 1 : 0) == text.npos;
        return is_whole ? fmt::format("{} is not from {} to {}", text, least, most)
                        : fmt::format("{} is no whole number", io::shown_name(text));
    };
    return {refusal, most == most_of_anything ? "" : fmt::format("INT in [{} - {}]", least, most)};
}

/// Numbers within bounds with commas between; `words` say what they are.
inline CLI::Validator list_of_numbers(bool (*is_within)(double), const char* words) {
    const auto refusal = [is_within, words](const std::string& text) {
        const auto numbers = numbers_in<double>(text);
        return !numbers.empty() && std::all_of(numbers.begin(), numbers.end(), is_within)
                   ? std::string()
                   : fmt::format("{} is no list of {} with commas between", text, words);
    };
    return {refusal, ""};
}

inline CLI::Validator finite_numbers() {
    return list_of_numbers([](double) { return true; }, "numbers");
}
inline CLI::Validator numbers_from_0() {
    return list_of_numbers([](double number) { return number >= 0; }, "numbers from 0");
}

/// The name of a value of an enumeration.
template <NamedValue Value>
CLI::Validator one_of() {
    std::vector<std::string> names;
    for (const auto& one : names_of(Value{})) names.emplace_back(one.name);
    return CLI::IsMember(names);
}

/// The name of one of these values.
template <class Value>
CLI::Validator one_of(std::initializer_list<Value> values) {
    std::vector<std::string> names;
    for (const auto value : values) names.emplace_back(name_of(value));
    return CLI::IsMember(names);
}

}  // namespace cortexpr::application
