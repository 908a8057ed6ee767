#pragma once
// Parts of a description as a declaration in C++ spells them.

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::describe {

/// A struct's name. Names that C++ takes stay as they are; in others what it doesn't take becomes its code point, so
/// that distinct names stay distinct.
std::string identifier(std::string_view name);
std::string identifier_of(const nlohmann::ordered_json& name);

/// A word of the description as an enumerator: spelled("fill", "zeros") is fill::zeros.
std::string spelled(std::string_view enumeration, const nlohmann::ordered_json& word);

/// A list of names, applied from the first to the last, or {"custom": name}.
std::string spelled_function(const nlohmann::ordered_json& function);

/// A floating-point literal: "2.0", "1e+30".
std::string spelled_number(double number);

/// What time constants start from.
std::string spelled_tau(const nlohmann::ordered_json& initial);

/// Trailing arguments may be left out where they are the defaults: the last one that isn't stays, and all before it.
std::string with_arguments(std::string_view name, std::vector<std::string> arguments,
                           const std::vector<std::string>& defaults);

/// The readout around what it reads: classifier<inner, classes<10>, hidden<512>>, with `more` as its last arguments.
std::string spelled_readout(const std::string& inner, const nlohmann::ordered_json& head,
                            const std::vector<std::string>& more = {});

}  // namespace cortexpr::describe
