#include "spelled.hpp"

#include "../utf_8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <locale.h>
#include <cctype>
#include <cwctype>

namespace cortexpr::describe {

namespace {

/// A code point of UTF-8 text and its bytes; a byte that begins none stands for itself.
struct code_point {
    char32_t value = 0;
    std::string_view bytes{};
};

code_point first_of(std::string_view text) {
    const auto size = bytes_of_point(text);
    if (size == 0) return {static_cast<unsigned char>(text.front()), text.substr(0, 1)};
    return {point_of(text.substr(0, size)), text.substr(0, size)};
}

/// Whether C++ takes a code point within a name: letters and digits of any script, as the C library knows them.
bool is_of_a_name(const code_point& one) {
    if (one.bytes.size() == 1)
        return one.value < 0x80 && (std::isalnum(static_cast<int>(one.value)) || one.value == '_');
    static const ::locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return unicode != nullptr && ::iswalnum_l(static_cast<wint_t>(one.value), unicode) != 0;
}

bool is_keyword(std::string_view text) {
    constexpr std::string_view words =
        " alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class "
        "co_await co_return co_yield compl concept const consteval constexpr constinit const_cast continue decltype "
        "default "
        "delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long "
        "mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register "
        "reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template "
        "this "
        "thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while "
        "xor "
        "xor_eq ";
    return words.find(fmt::format(" {} ", text)) != std::string_view::npos;
}

}  // namespace

std::string identifier(std::string_view name) {
    std::string text;
    for (auto rest = name; !rest.empty();) {
        const auto one = first_of(rest);
        text += is_of_a_name(one) ? std::string(one.bytes) : fmt::format("_u{:04X}_", static_cast<unsigned>(one.value));
        rest.remove_prefix(one.bytes.size());
    }
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front()))) text.insert(0, 1, '_');
    return is_keyword(text) ? text + '_' : text;
}

std::string identifier_of(const nlohmann::ordered_json& name) { return identifier(name.get_ref<const std::string&>()); }

std::string spelled(std::string_view enumeration, const nlohmann::ordered_json& word) {
    return fmt::format("{}::{}", enumeration, word.get_ref<const std::string&>());
}

std::string spelled_function(const nlohmann::ordered_json& function) {
    if (function.is_object()) return fmt::format("custom<{}>", identifier_of(function.at("custom")));
    if (function.empty()) return "activation::none";
    std::vector<std::string> members;
    for (const auto& member : function) members.push_back(spelled("activation", member));
    return members.size() == 1 ? members.front() : fmt::format("chain({})", fmt::join(members, ", "));
}

std::string spelled_number(double number) {
    auto text = fmt::format("{}", number);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string spelled_tau(const nlohmann::ordered_json& initial) {
    if (initial.is_number()) return spelled_number(initial);
    const auto draw = [&](std::string_view name, const nlohmann::ordered_json& numbers) {
        return fmt::format("{}{{{}, {}}}", name, spelled_number(numbers.at(0)), spelled_number(numbers.at(1)));
    };
    return initial.contains("uniform") ? draw("uniform_draw", initial.at("uniform"))
                                       : draw("normal_draw", initial.at("normal"));
}

std::string with_arguments(std::string_view name, std::vector<std::string> arguments,
                           const std::vector<std::string>& defaults) {
    for (auto usual = defaults.rbegin(); usual != defaults.rend() && arguments.back() == *usual; ++usual)
        arguments.pop_back();
    return fmt::format("{}<{}>", name, fmt::join(arguments, ", "));
}

std::string spelled_readout(const std::string& inner, const nlohmann::ordered_json& head,
                            const std::vector<std::string>& more) {
    const bool is_regressor = head.contains("targets");
    const auto* outputs = is_regressor ? "targets" : "classes";
    std::vector<std::string> arguments{inner, fmt::format("{}<{}>", outputs, head.at(outputs).get<int>()),
                                       fmt::format("hidden<{}>", head.at("hidden").get<int>())};
    if (head.at("dropout") != 0.0) arguments.push_back(fmt::format("dropout<{}>", spelled_number(head.at("dropout"))));
    arguments.insert(arguments.end(), more.begin(), more.end());
    return fmt::format("{}<{}>", is_regressor ? "regressor" : "classifier", fmt::join(arguments, ", "));
}

}  // namespace cortexpr::describe
