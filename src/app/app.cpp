#include <cortexpr/app.hpp>

#include "circuit_settings.hpp"
#include "command_checks.hpp"
#include "exchange_commands.hpp"
#include "process.hpp"
#include "program_network.hpp"
#include "questions.hpp"
#include "refusals.hpp"
#include "resources.hpp"
#include "training_commands.hpp"
#include "version.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/standard_streams.hpp>

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::detail {

namespace {

using application::check_request;
using application::export_request;
using application::import_request;
using application::network_family;
using application::program_network;
using application::questions;
using application::sweep_request;
using application::test_request;
using application::train_request;

constexpr int failure = 1;
constexpr int not_understood = 2;

/// An error is one line, whatever its text came from.
int fail(const std::string& program, std::string text, int status) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    io::say(stderr, fmt::format("{}: {}\n", program, text));
    return status;
}

/// LibTorch's warnings as lines of the program's own.
class warning_lines final : public c10::WarningHandler {
  public:
    explicit warning_lines(std::string program) : program_(std::move(program)) {}
    void process(const c10::Warning& warning) override {
        io::say(stderr, fmt::format("{}: warning: {}\n", program_, warning.msg()));
    }

  private:
    std::string program_;
};

/// What all programs are asked.
struct common_requests {
    train_request train;
    sweep_request sweep;
    test_request test;
    check_request check;
    import_request imported;
    export_request exported;
};

/// Runs what all programs have; nothing where another subcommand was given.
std::optional<int> run_parsed(program_network& network, CLI::App& program, const app_options& options,
                              common_requests& requests) {
    auto& [train, sweep, test, check, imported, exported] = requests;
    const auto complete = [&](application::given_settings& given) {
        default_data(given, options);
        default_circuit(given, options);
    };
    if (program.got_subcommand("sweep")) return application::sweep_command(sweep, train.given);
    if (program.got_subcommand("train")) {
        application::read_given_settings(train);
        if (!train.resume) complete(train.given);
        return application::train_command(network, train);
    }
    if (program.got_subcommand("test")) {
        complete(test.given);
        return application::test_command(network, test);
    }
    if (program.got_subcommand("check")) {
        complete(check.given);
        return application::check_command(network, check);
    }
    if (program.got_subcommand("import")) {
        default_circuit(imported.given, options);
        return application::import_command(network, imported);
    }
    if (program.got_subcommand("export")) {
        default_circuit(exported.given, options);
        return application::export_command(network, exported);
    }
    return std::nullopt;
}

/// A network and what it can be asked.
struct program_parts {
    std::string_view name;
    network_family family;
    program_network& network;
    questions& asked;
};

common_requests requests_of(const program_parts& parts, const app_options& options, const std::string& name) {
    application::given_settings nothing;
    nothing.values.family = parts.family;
    return {.train = {.program = name, .make_data = options.make_data, .given = nothing},
            .sweep = {.program = name},
            .test = {.program = name, .make_data = options.make_data, .given = nothing},
            .check = {.program = name, .make_data = options.make_data, .given = nothing},
            .imported = {.given = nothing},
            .exported = {.program = name, .make_data = options.make_data, .given = nothing}};
}

void add_commands(CLI::App& program, const program_parts& parts, const app_options& options,
                  common_requests& requests) {
    program.set_version_flag("--version", fmt::format("{} (cortexpr {}, LibTorch {})", program.get_name(),
                                                      application::version, TORCH_VERSION));
    program.require_subcommand(1);
    application::add_train(program, requests.train, options);
    application::add_sweep(program, requests.sweep);
    application::add_test(program, requests.test, options);
    application::add_check(program, requests.check, options);
    add_import(program, requests.imported, options);
    add_export(program, requests.exported, options);
    parts.asked.add(program);
}

/// What takes less memory than the command that was given.
std::string what_takes_less(const CLI::App& program, const questions& asked, const common_requests& requests) {
    if (requests.train.resume) return "a new run with a smaller --batch, or fewer --steps, takes less";
    const auto* command = application::given_of(program).command;
    const auto has = [command](const char* option) { return command->get_option_no_throw(option) != nullptr; };
    const auto* settings = asked.settings(program);
    const auto& used = settings != nullptr              ? *settings
                       : program.got_subcommand("test") ? requests.test.given
                                                        : requests.train.given;
    const auto batch = has("--batch") ? std::optional(used.values.batch_size) : std::nullopt;
    return application::memory_advice(batch, has("--steps"));
}

int run_commands(const program_parts& parts, const app_options& options, int argc, char** argv,
                 const std::string& name) {
    auto requests = requests_of(parts, options, name);
    CLI::App program(fmt::format("{}, a network declared with cortexpr.", parts.name), name);
    const auto lacks_memory = [&](const char* what) {
        return fail(name, fmt::format("{}; {}", what, what_takes_less(program, parts.asked, requests)), failure);
    };
    try {
        add_commands(program, parts, options, requests);
        if (const auto why = application::why_no_subcommand(program, argc > 1 ? argv[1] : "-"))
            return fail(name, *why, not_understood);
        program.parse(argc, argv);
        application::require_values(program);
        application::require_separate_files(program);
        const auto status = run_parsed(parts.network, program, options, requests);
        return status ? *status : parts.asked.answer(program);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return program.exit(problem);  // --help, --version
        const auto given = application::given_of(program);
        return fail(name, fmt::format("{}; see {} --help", what_is_wrong(problem, given), given.name), not_understood);
    } catch (const cortexpr::error& problem) {
        return fail(name, problem.what(), failure);
    } catch (const c10::OutOfMemoryError&) {
        return lacks_memory("the device's memory doesn't hold this run");
    } catch (const c10::Error& problem) {
        if (std::string_view(problem.what_without_backtrace()).find("can't allocate memory") != std::string_view::npos)
            return lacks_memory("out of memory");
        return fail(name, problem.what_without_backtrace(), failure);
    } catch (const std::bad_alloc&) {
        return lacks_memory("out of memory");
    } catch (const std::exception& problem) {
        return fail(name, problem.what(), failure);
    }
}

std::string program_name(int argc, char** argv) {
    return argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "cortexpr";
}

int run_program(const program_parts& parts, const app_options& options, int argc, char** argv) {
    io::hold_standard_descriptors();
    std::signal(SIGXFSZ, SIG_IGN);  // a file that grows beyond the process's limit is reported, not the program's end
    const application::classic_locale locale;
    const auto name = program_name(argc, argv);
    warning_lines warnings(name);
    const c10::WarningUtils::WarningHandlerGuard guard(&warnings);
    return io::status_at_end(name, run_commands(parts, options, argc, argv, name));
}

}  // namespace

int run_app(const plan::network& network, const app_options& options, int argc, char** argv) {
    const auto shown = application::network_of_areas(network);
    const auto asked = application::questions_to(network, *shown, options, program_name(argc, argv));
    return run_program({network.name, network_family::areas, *shown, *asked}, options, argc, argv);
}

int run_app(const plan::connectome& network, const app_options& options, int argc, char** argv) {
    const auto shown = application::network_of_cells(network, options);
    const auto asked = application::questions_to(network, *shown, options, program_name(argc, argv));
    return run_program({network.name, network_family::connectome, *shown, *asked}, options, argc, argv);
}

}  // namespace cortexpr::detail
