#pragma once
// Why a command line isn't understood, in sentences.

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace cortexpr::application {

/// The command that was given, with those before it: "digits analyse tuning".
struct given_command {
    const CLI::App* command;
    std::string name;
};

given_command given_of(const CLI::App& program);

/// Why the first argument can't be a subcommand; nothing where it is one, or an option.
std::optional<std::string> why_no_subcommand(const CLI::App& program, const std::string& first);

/// What CLI11 has to say of a command line; where its words are of its own, in ours. An option that is misspelt is
/// told before one that is missing, since it may be the same.
std::string what_is_wrong(const CLI::ParseError& problem, const given_command& given);

}  // namespace cortexpr::application
