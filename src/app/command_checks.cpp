#include "command_checks.hpp"

#include "run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace cortexpr::application {

void require_values(const CLI::App& program) {
    for (const auto* option : program.get_options())
        if (option->count() > 0 && std::ranges::any_of(option->results(), &std::string::empty))
            throw CLI::ValidationError(option->get_name(), "an empty text was given; leave it out, or give a value");
    for (const auto* command : program.get_subcommands()) require_values(*command);
}

namespace {

void require_no_other(const CLI::Option& one, const std::string& file, const std::vector<const CLI::Option*>& given) {
    for (const auto* other : given)
        for (const auto& beside : other->results())
            if (other != &one && is_same_file(file, beside))
                throw CLI::ValidationError(one.get_name(), fmt::format("{} is the file of {}, too; give another name",
                                                                       file, other->get_name()));
}

}  // namespace

void require_separate_files(const CLI::App& program) {
    static constexpr std::array written{"--json",    "--csv",    "--svg",     "--out",
                                        "--profile", "--matrix", "--degrees", "--confusion"};
    const auto is_written = [](const CLI::Option& option) {
        return std::ranges::any_of(written, [&option](const char* name) { return option.check_name(name); });
    };
    const auto given = program.get_options([](const CLI::Option* option) { return option->count() > 0; });
    const bool imports = program.check_name("import");
    for (const auto* one : given)
        for (const auto& file : one->results()) {
            if (one->check_name("--to") || is_written(*one)) require_no_file_of_a_run(file);
            if (!imports && is_written(*one)) require_no_other(*one, file, given);
        }
    for (const auto* command : program.get_subcommands()) require_separate_files(*command);
}

}  // namespace cortexpr::application
