#include "refusals.hpp"

#include "../circuit/nearest.hpp"
#include "../edit_distance.hpp"
#include "../io/input_file.hpp"
#include "settings_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace cortexpr::application {

namespace {

std::vector<std::string> names_of_subcommands(const CLI::App& program) {
    std::vector<std::string> names;
    for (const auto* command : program.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
        names.push_back(command->get_name());
    return names;
}

/// What a command lacks: an option, which may be spelt as its setting is in files.
std::string unknown_option(const CLI::App& command, const std::string& argument) {
    const auto option = argument.substr(0, argument.find('='));
    std::vector<std::string> spelt, meant;
    for (const auto* known : command.get_options())
        for (const auto& name : known->get_lnames()) spelt.push_back("--" + name);
    meant = spelt;
    for (const auto& [key, named] : options_by_key(command)) {
        spelt.push_back(key);
        meant.push_back(named);
    }
    const auto at = static_cast<std::size_t>(nearest(option, spelt) - spelt.begin());
    return fmt::format("{} has no option {}{}", command.get_name(), io::shown_name(option),
                       circuit::nearest_among(option, {meant[at]}));
}

/// The sentence that refuses an argument which the command doesn't have.
std::string what_is_unknown(const CLI::App& command, const std::string& argument) {
    if (argument.starts_with('-')) return unknown_option(command, argument);
    const auto subcommands = names_of_subcommands(command);
    if (subcommands.empty()) return fmt::format("{} is one argument too many", io::shown_name(argument));
    return fmt::format("{} has no subcommand {}{}", command.get_name(), io::shown_name(argument),
                       circuit::nearest_among(argument, subcommands));
}

}  // namespace

given_command given_of(const CLI::App& program) {
    given_command given{&program, program.get_name()};
    while (!given.command->get_subcommands().empty()) {
        given.command = given.command->get_subcommands().front();
        given.name += ' ' + given.command->get_name();
    }
    return given;
}

std::optional<std::string> why_no_subcommand(const CLI::App& program, const std::string& first) {
    const auto known = program.get_subcommands([](const CLI::App*) { return true; });
    const auto is_first = [&](const CLI::App* command) { return command->check_name(first); };
    if (first.starts_with('-') || std::any_of(known.begin(), known.end(), is_first)) return std::nullopt;
    return fmt::format("there is no subcommand {}{}; see {} --help", io::shown_name(first),
                       circuit::nearest_among(first, names_of_subcommands(program)), program.get_name());
}

std::string what_is_wrong(const CLI::ParseError& problem, const given_command& given) {
    std::string text = problem.what();
    const bool lacks_one = dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr;
    if (lacks_one || dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr)
        if (const auto extra = given.command->remaining(); !extra.empty())
            return what_is_unknown(*given.command, extra.front());
    const auto option = text.substr(0, text.find(':'));
    if (text.find(": At Most 1 required") != std::string::npos) return option + " is given more than once";
    if (text.find(" required ") != std::string::npos && text.ends_with(" missing")) return option + " lacks its value";
    return text;
}

}  // namespace cortexpr::application
