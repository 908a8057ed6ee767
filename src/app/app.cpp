#include <cortexpr/app.hpp>

#include "checks.hpp"
#include "commands.hpp"
#include "numbers.hpp"
#include "process.hpp"
#include "resources.hpp"
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

namespace cortexpr::detail {

namespace {

using application::check_request;
using application::count;
using application::perturb_request;
using application::plot_request;
using application::record_request;
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

void add_train(CLI::App& program, train_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("train", "train the network and save it");
    add_settings(command, request.given, options);
    command.add_option("--out", request.out, "folder for what the run makes [runs/<program>-<number>]")
        ->type_name("DIR");
    command.add_option("--json", request.json, "write the summary here too")->type_name("FILE");
    command
        .add_option("--resume", request.resume,
                    "continue the run in this folder from its last checkpoint, with its settings")
        ->type_name("DIR");
}

void add_test(CLI::App& program, test_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("test", "measure a saved model on the test set");
    const auto add = [&](const char* option, const char* help = "") {
        add_setting(command, request.given, options, option, help);
    };
    command.add_option("--model", request.model, "safetensors file with the parameters")->required()->type_name("FILE");
    add("--data");
    add("--steps", "time steps [what the model was trained with, else 5]");
    add("--batch", "images at a time [256]");
    add("--mean", "taken from pixels of 0 to 1 [what the model was trained with, else the data set's]");
    add("--deviation", "what pixels are divided by then [as --mean]");
    for (const auto* option : {"--device", "--precision", "--threads", "--limit-test"}) add(option);
    command.add_option("--json", request.json, "write the result here")->type_name("FILE");
}

void add_check(CLI::App& program, check_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("check", "look whether the network is alive: rates, saturation, gradients");
    command.add_option("--model", request.model, "safetensors file with the parameters [a network as training begins]")
        ->type_name("FILE");
    for (const auto* option : {"--data", "--steps", "--seed", "--init", "--device", "--threads", "--limit-train"})
        add_setting(command, request.given, options, option);
}

/// What is asked of the network without running it.
struct ask_options {
    int summary_steps = training_options().steps;
    int plan_steps = training_options().steps;
    std::optional<std::string> plan_picture{};
    std::string wiring_picture{};
    std::string description_form = "json";
};

void add_questions(CLI::App& program, ask_options& asked) {
    program.add_subcommand("summary", "print the network as tables")
        ->add_option("--steps", asked.summary_steps, "time steps that the operations are counted for [5]")
        ->check(count(1, application::most_steps));
    auto& plan = *program.add_subcommand("plan", "print what is computed at which step, and what that spares");
    plan.add_option("--steps", asked.plan_steps, "time steps [5]")->check(count(1, most_planned_steps));
    plan.add_option("--svg", asked.plan_picture, "draw it into this file, too")->type_name("FILE");
    auto& wiring = *program.add_subcommand("wiring", "draw the network as a circuit diagram");
    wiring.add_option("--out", asked.wiring_picture, "file to write: .svg, .png, .pdf, or .dot for Graphviz")
        ->required()
        ->type_name("FILE");
    wiring.footer(
        "Arrowheads excite, bars inhibit, circles may do both; an edge is labelled by its kernel's extent.\n"
        "Example: " +
        program.get_name() + " wiring --out wiring.svg");
    program.add_subcommand("describe", "print the network as JSON, or as the declaration that gives it")
        ->add_option("--as", asked.description_form, "json or cpp [json]")
        ->check(CLI::IsMember({"json", "cpp"}));
}

int run_parsed(const plan::network& network, CLI::App& program, const app_options& options, train_request& train,
               test_request& test, check_request& check, record_request& record, perturb_request& perturb,
               const plot_request& plot, const ask_options& asked) {
    const auto default_data = [&](application::given_settings& given) {
        if (options.make_data != nullptr || given.has("--data")) return;
        if (options.default_data == nullptr)
            throw usage_error("no data; give the folder of the data set with --data DIR");
        given.values.data = options.default_data;
    };
    if (program.got_subcommand("train")) {
        if (!train.resume) default_data(train.given);
        return application::train_command(network, train);
    }
    if (program.got_subcommand("test")) {
        default_data(test.given);
        return application::test_command(network, test);
    }
    if (program.got_subcommand("check")) {
        default_data(check.given);
        return application::check_command(network, check);
    }
    if (program.got_subcommand("record")) {
        default_data(record.shown.given);
        return application::record_command(network, record);
    }
    if (program.got_subcommand("perturb")) {
        default_data(perturb.shown.given);
        return application::perturb_command(network, perturb);
    }
    if (program.got_subcommand("plot")) return application::plot_command(network, plot);
    if (program.got_subcommand("wiring")) return application::wiring_command(network, asked.wiring_picture);
    if (program.got_subcommand("describe")) return application::describe_command(network, asked.description_form);
    if (program.got_subcommand("plan")) return application::plan_command(network, asked.plan_steps, asked.plan_picture);
    return application::summary_command(network, asked.summary_steps);
}

int run_commands(const plan::network& network, const app_options& options, int argc, char** argv,
                 const std::string& name) {
    train_request train{.program = name, .make_data = options.make_data};
    test_request test{.program = name, .make_data = options.make_data};
    check_request check{.make_data = options.make_data};
    record_request record{.shown = {.program = name, .make_data = options.make_data}};
    perturb_request perturb{.shown = {.program = name, .make_data = options.make_data}};
    plot_request plot;
    ask_options asked;
    CLI::App program(fmt::format("{}, a network declared with cortexpr.", network.name), name);
    program.set_version_flag("--version",
                             fmt::format("{} (cortexpr {}, LibTorch {})", name, application::version, TORCH_VERSION));
    program.require_subcommand(1);
    const auto advice = [&] {
        if (train.resume) return std::string("a new run with a smaller --batch, or fewer --steps, takes less");
        const auto& given = program.got_subcommand("test")      ? test.given
                            : program.got_subcommand("record")  ? record.shown.given
                            : program.got_subcommand("perturb") ? perturb.shown.given
                                                                : train.given;
        return application::memory_advice(given.values.batch_size);
    };
    try {
        add_train(program, train, options);
        add_test(program, test, options);
        add_check(program, check, options);
        application::add_record(program, record, options);
        application::add_perturb(program, perturb, options);
        application::add_plot(program, plot);
        add_questions(program, asked);
        const std::string first = argc > 1 ? argv[1] : "-";
        const auto known = program.get_subcommands([](const CLI::App*) { return true; });
        const auto is_first = [&](const CLI::App* command) { return command->check_name(first); };
        if (!first.starts_with('-') && std::none_of(known.begin(), known.end(), is_first))
            return fail(name, fmt::format("there is no subcommand {}; see {} --help", first, name), not_understood);
        program.parse(argc, argv);
        return run_parsed(network, program, options, train, test, check, record, perturb, plot, asked);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return program.exit(problem);  // --help, --version
        return fail(name, fmt::format("{}; see {} --help", problem.what(), name), not_understood);
    } catch (const cortexpr::error& problem) {
        return fail(name, problem.what(), failure);
    } catch (const c10::OutOfMemoryError&) {
        return fail(name, "the device's memory doesn't hold this run; " + advice(), failure);
    } catch (const c10::Error& problem) {
        if (std::string_view(problem.what_without_backtrace()).find("can't allocate memory") != std::string_view::npos)
            return fail(name, "out of memory; " + advice(), failure);
        return fail(name, problem.what_without_backtrace(), failure);
    } catch (const std::bad_alloc&) {
        return fail(name, "out of memory; " + advice(), failure);
    } catch (const std::exception& problem) {
        return fail(name, problem.what(), failure);
    }
}

}  // namespace

int run_app(const plan::network& network, const app_options& options, int argc, char** argv) {
    io::hold_standard_descriptors();
    const application::classic_locale locale;
    const std::string name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "cortexpr";
    warning_lines warnings(name);
    const c10::WarningUtils::WarningHandlerGuard guard(&warnings);
    const int status = run_commands(network, options, argc, argv, name);
    const auto lost = io::lost_output();
    if (status != 0 || lost.empty()) return status;
    std::signal(SIGPIPE, SIG_IGN);  // standard error may have gone the same way, and the program is at its end
    return fail(name, lost, failure);
}

}  // namespace cortexpr::detail
