#include <cortexpr/app.hpp>

#include "../circuit/nearest.hpp"
#include "../edit_distance.hpp"
#include "../io/input_file.hpp"
#include "checks.hpp"
#include "command_checks.hpp"
#include "commands.hpp"
#include "exchange_commands.hpp"
#include "process.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "version.hpp"
#include "workbench_commands.hpp"

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
#include <vector>

namespace cortexpr::detail {

namespace {

using application::analyse_request;
using application::check_request;
using application::count;
using application::export_request;
using application::import_request;
using application::network_family;
using application::perturb_request;
using application::plot_request;
using application::program_network;
using application::record_request;
using application::report_request;
using application::sweep_request;
using application::test_request;
using application::train_request;

constexpr int failure = 1;
constexpr int not_understood = 2;
constexpr int most_planned_steps = 10'000;

/// An error is one line, whatever its text came from.
int fail(const std::string& program, std::string text, int status) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    io::say(stderr, fmt::format("{}: {}\n", program, text));
    return status;
}

/// The command that was given, with those before it: "digits analyse tuning".
struct given_command {
    const CLI::App* command;
    std::string name;
};

given_command given_of(const CLI::App& program) {
    given_command given{&program, program.get_name()};
    while (!given.command->get_subcommands().empty()) {
        given.command = given.command->get_subcommands().front();
        given.name += ' ' + given.command->get_name();
    }
    return given;
}

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
    for (const auto& [key, named] : application::options_by_key(command)) {
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

/// What CLI11 has to say of a command line; where its words are of its own, in ours. An option that is misspelt is
/// told before one that is missing, since it may be the same.
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

/// What is asked of the network without running it.
struct ask_options {
    int summary_steps = training_options().steps;
    int plan_steps = training_options().steps;
    std::optional<std::string> plan_picture{};
    std::string plan_device = "cpu";
    std::string wiring_picture{}, connectivity_picture{};
    std::string description_form = "json";
};

CLI::App& add_wiring(CLI::App& program, std::string& picture, const char* labels) {
    auto& wiring = *program.add_subcommand("wiring", "draw the network as a circuit diagram");
    wiring.add_option("--out", picture, "file to write: .svg, .png, .pdf, or .dot for Graphviz")->type_name("FILE");
    wiring.footer(
        fmt::format("Arrowheads excite, bars inhibit, circles may do both; {}.\nExample: {} wiring --out wiring.svg",
                    labels, program.get_name()));
    return wiring;
}

void add_describe(CLI::App& program, std::string& form) {
    auto& describe =
        *program.add_subcommand("describe", "print the network as JSON, or as the declaration that gives it");
    describe.add_option("--as", form, "json or cpp [json]")->check(CLI::IsMember({"json", "cpp"}));
    describe.footer("Example: " + program.get_name() + " describe --as cpp");
}

constexpr const char* what_plan_prints = "print what is computed at which step, and what that spares";

void add_questions(CLI::App& program, ask_options& asked) {
    auto& summary = *program.add_subcommand("summary", "print the network as tables");
    summary.add_option("--steps", asked.summary_steps, "time steps that the operations are counted for [5]")
        ->check(count(1, cortexpr::most_steps));
    summary.footer("Example: " + program.get_name() + " summary --steps 10");
    auto& plan = *program.add_subcommand("plan", what_plan_prints);
    plan.add_option("--steps", asked.plan_steps, "time steps [5]")->check(count(1, most_planned_steps));
    plan.add_option("--svg", asked.plan_picture, "draw it into this file, .svg or .png, too")->type_name("FILE");
    plan.add_option("--device", asked.plan_device, "cuda: also print which kernels a GPU runs, and why [cpu]")
        ->check(CLI::IsMember({"cpu", "cuda"}));
    plan.footer("Example: " + program.get_name() + " plan --steps 5 --svg plan.svg");
    add_wiring(program, asked.wiring_picture, "an edge is labelled by its kernel's extent")
        .add_option("--matrix", asked.connectivity_picture, "draw the connectivity matrix into this file: .svg or .png")
        ->type_name("FILE");
    add_describe(program, asked.description_form);
}

void default_data(application::given_settings& given, const app_options& options) {
    if (options.make_data != nullptr || given.has("--data")) return;
    if (options.default_data == nullptr) throw usage_error("no data; give the folder of the data set with --data DIR");
    given.values.data = options.default_data;
}

/// Files of a connectome that aren't given are the author's.
void default_circuit(application::given_settings& given, const app_options& options) {
    if (given.values.family != network_family::connectome || options.make_circuit != nullptr) return;
    // Cells and synapses belong together: of one that is given, the author's other says nothing.
    if (given.has("--synapses")) return;
    if (given.has("--cells"))
        throw usage_error("--cells is given without --synapses, and the two belong together; give both");
    if (options.files.synapses.empty())
        throw usage_error("no connectome; give the file of its synapses with --synapses FILE");
    for (const auto& [option, setting, file] : application::circuit_files)
        if (!given.has(option)) given.values.*setting = (options.files.*file).string();
}

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

/// What only one family of networks can be asked.
class questions {
  public:
    questions() = default;
    questions(const questions&) = delete;
    questions& operator=(const questions&) = delete;
    virtual ~questions() = default;

    virtual void add(CLI::App& program) = 0;
    virtual int answer(const CLI::App& program) = 0;
    /// Settings of the command that was given; null where it has none.
    virtual const application::given_settings* settings(const CLI::App& program) const = 0;
};

/// What a network of either family can be asked while it runs, or after it has.
class workbench_questions : public questions {
  public:
    workbench_questions(program_network& shown, network_family family, const app_options& options,
                        const std::string& name)
        : shown_(shown),
          options_(options),
          record_{.shown = {.program = name, .make_data = options.make_data}},
          perturb_{.shown = {.program = name, .make_data = options.make_data}},
          analyse_{.shown = {.program = name, .make_data = options.make_data}} {
        for (auto* given :
             {&record_.shown.given, &perturb_.shown.given, &analyse_.shown.given, &plot_.given, &report_.given})
            given->values.family = family;
    }

    void add(CLI::App& program) override {
        application::add_record(program, record_, options_);
        application::add_perturb(program, perturb_, options_);
        application::add_analyse(program, analyse_, options_);
        application::add_plot(program, plot_, options_);
        application::add_report(program, report_, options_);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("plot")) return plot();
        if (program.got_subcommand("report")) {
            // Without any, those that the run notes.
            if (report_.given.has("--synapses") || !options_.files.synapses.empty())
                default_circuit(report_.given, options_);
            return application::report_command(shown_, report_);
        }
        if (program.got_subcommand("record")) {
            complete(record_.shown.given);
            return application::record_command(shown_, record_);
        }
        if (program.got_subcommand("perturb")) {
            complete(perturb_.shown.given);
            return application::perturb_command(shown_, perturb_);
        }
        analyse_.shown.makes_stimuli = application::makes_stimuli(analyse_);
        if (analyse_.shown.makes_stimuli && !analyse_.shown.models.empty())
            default_circuit(analyse_.shown.given, options_);
        else
            complete(analyse_.shown.given);
        return application::analyse_command(shown_, analyse_);
    }
    const application::given_settings* settings(const CLI::App& program) const override {
        if (program.got_subcommand("record")) return &record_.shown.given;
        if (program.got_subcommand("analyse")) return &analyse_.shown.given;
        return program.got_subcommand("perturb") ? &perturb_.shown.given : nullptr;
    }

  protected:
    const app_options& options() const { return options_; }

  private:
    void complete(application::given_settings& given) {
        default_data(given, options_);
        default_circuit(given, options_);
    }
    /// Cells and synapses are needed for weights alone.
    int plot() {
        if (plot_.of == plot_request::figure::weights) default_circuit(plot_.given, options_);
        return application::plot_command(shown_, plot_);
    }

    program_network& shown_;
    const app_options& options_;
    record_request record_;
    perturb_request perturb_;
    analyse_request analyse_;
    plot_request plot_{};
    report_request report_{};
};

class questions_to_areas final : public workbench_questions {
  public:
    questions_to_areas(const plan::network& network, program_network& shown, const app_options& options,
                       const std::string& name)
        : workbench_questions(shown, network_family::areas, options, name), network_(network) {}

    void add(CLI::App& program) override {
        workbench_questions::add(program);
        add_questions(program, asked_);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("wiring"))
            return application::wiring_command(network_, asked_.wiring_picture, asked_.connectivity_picture);
        if (program.got_subcommand("describe")) return application::describe_command(network_, asked_.description_form);
        if (program.got_subcommand("plan"))
            return application::plan_command(network_, asked_.plan_steps, asked_.plan_picture,
                                             asked_.plan_device == "cuda");
        if (program.got_subcommand("summary")) return application::summary_command(network_, asked_.summary_steps);
        return workbench_questions::answer(program);
    }

  private:
    const plan::network& network_;
    ask_options asked_{};
};

class questions_to_cells final : public workbench_questions {
  public:
    questions_to_cells(const plan::connectome& network, program_network& shown, const app_options& options,
                       const std::string& name)
        : workbench_questions(shown, network_family::connectome, options, name), network_(network) {
        for (auto* given : {&summary_.given, &plan_.given, &wiring_.given})
            given->values.family = network_family::connectome;
    }

    void add(CLI::App& program) override {
        workbench_questions::add(program);
        auto& summary = *program.add_subcommand("summary", "print types, cells and synapses as tables");
        add_circuit_settings(summary, summary_.given, options());
        summary.add_option("--matrix", summary_.matrix, "draw the synapses from type to type into this file, too")
            ->type_name("FILE");
        summary.add_option("--degrees", summary_.degrees, "draw how in- and out-degrees are distributed, too")
            ->type_name("FILE");
        summary.footer("Example: " + program.get_name() + " summary --matrix types.svg --degrees degrees.svg");
        auto& plan = *program.add_subcommand("plan", what_plan_prints);
        add_circuit_settings(plan, plan_.given, options());
        plan.add_option("--steps", plan_.steps, "time steps [5]")->check(count(1, cortexpr::most_steps));
        plan.footer("Example: " + program.get_name() + " plan --steps 10");
        auto& wiring = add_wiring(program, wiring_.picture, "an edge is labelled by its number of synapses");
        wiring.get_option("--out")->required();
        add_circuit_settings(wiring, wiring_.given, options());
        add_describe(program, description_form_);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("describe")) return application::describe_command(network_, description_form_);
        if (program.got_subcommand("wiring")) {
            default_circuit(wiring_.given, options());
            return application::wiring_command(network_, options(), wiring_);
        }
        if (program.got_subcommand("summary")) {
            default_circuit(summary_.given, options());
            return application::summary_command(network_, options(), summary_);
        }
        if (program.got_subcommand("plan")) {
            default_circuit(plan_.given, options());
            return application::plan_command(network_, options(), plan_);
        }
        return workbench_questions::answer(program);
    }

  private:
    const plan::connectome& network_;
    application::summary_request summary_{};
    application::plan_request plan_{};
    application::wiring_request wiring_{};
    std::string description_form_ = "json";
};

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

/// Why the first argument can't be a subcommand; nothing where it is one, or an option.
std::optional<std::string> why_no_subcommand(const CLI::App& program, const std::string& first) {
    const auto known = program.get_subcommands([](const CLI::App*) { return true; });
    const auto is_first = [&](const CLI::App* command) { return command->check_name(first); };
    if (first.starts_with('-') || std::any_of(known.begin(), known.end(), is_first)) return std::nullopt;
    return fmt::format("there is no subcommand {}{}; see {} --help", io::shown_name(first),
                       circuit::nearest_among(first, names_of_subcommands(program)), program.get_name());
}

/// What takes less memory than the command that was given.
std::string what_takes_less(const CLI::App& program, const questions& asked, const common_requests& requests) {
    if (requests.train.resume) return "a new run with a smaller --batch, or fewer --steps, takes less";
    const auto* command = given_of(program).command;
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
        if (const auto why = why_no_subcommand(program, argc > 1 ? argv[1] : "-"))
            return fail(name, *why, not_understood);
        program.parse(argc, argv);
        application::require_values(program);
        application::require_separate_files(program);
        const auto status = run_parsed(parts.network, program, options, requests);
        return status ? *status : parts.asked.answer(program);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return program.exit(problem);  // --help, --version
        const auto given = given_of(program);
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
    questions_to_areas asked(network, *shown, options, program_name(argc, argv));
    return run_program({network.name, network_family::areas, *shown, asked}, options, argc, argv);
}

int run_app(const plan::connectome& network, const app_options& options, int argc, char** argv) {
    const auto shown = application::network_of_cells(network, options);
    questions_to_cells asked(network, *shown, options, program_name(argc, argv));
    return run_program({network.name, network_family::connectome, *shown, asked}, options, argc, argv);
}

}  // namespace cortexpr::detail
