#include <cortexpr/app.hpp>

#include "commands.hpp"
#include "numbers.hpp"

#include <cortexpr/error.hpp>

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <torch/version.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <new>

namespace cortexpr::detail {

namespace {

using application::test_request;
using application::train_request;

constexpr int failure = 1;
constexpr int not_understood = 2;
constexpr int most = 1'000'000'000;
constexpr int most_threads = 1024;
constexpr int most_planned_steps = 10'000;

/// An error is one line, whatever its text came from.
int fail(const std::string& program, std::string text, int status) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    fmt::print(stderr, "{}: {}\n", program, text);
    return status;
}

/// A check that an option is a number within bounds; `words` say which.
auto number_that(bool (*is_within)(double), const char* words) {
    return [is_within, words](const std::string& text) {
        double value = 0;
        const bool is_number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
        return is_number && is_within(value) ? std::string() : fmt::format("{} is not a {}", text, words);
    };
}
const auto positive_number = number_that([](double value) { return value > 0; }, "positive number");
const auto not_negative = number_that([](double value) { return value >= 0; }, "number from 0");
const auto share = number_that([](double value) { return value >= 0 && value < 1; }, "number from 0 to below 1");

/// Unsigned numbers are read by strtoull, which takes "-1" for the largest of them.
std::string whole_number(const std::string& text) {
    const bool digits_only = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits_only && !text.empty() ? "" : fmt::format("{} is not a whole number from 0", text);
}

void add_data(CLI::App& command, std::optional<std::string>& folder, const app_options& options) {
    if (options.make_data != nullptr) return;
    auto* option = command.add_option("--data", folder, "folder with the four IDX files, gzipped or not");
    option->type_name("DIR");
    if (options.default_data != nullptr) option->default_str(options.default_data);
}

void add_train(CLI::App& program, train_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("train", "train the network and save it");
    const CLI::Range count(1, most);
    add_data(command, request.data, options);
    command.add_option("--epochs", request.epochs, "times that every image is learnt from [10]")->check(count);
    command.add_option("--batch", request.batch_size, "images in a mini-batch [256]")->check(count);
    command.add_option("--steps", request.steps, "time steps that an image is shown for [5]")->check(count);
    command.add_option("--lr", request.learning_rate, "Adam's learning rate [0.001]")->check(positive_number);
    command
        .add_option("--final-lr", request.final_learning_rate,
                    "learning rate of the last iteration, to which it falls along half a cosine [no fall]")
        ->check(not_negative);
    command.add_option("--seed", request.seed, "all randomness comes from this [0]")->check(whole_number);
    command.add_option("--warm-up", request.warm_up, "iterations over which the learning rate rises, 0 for none [50]")
        ->check(CLI::Range(0, most));
    command.add_option("--average", request.averaging, "decay of the parameters' running mean, 0 for none [0.99]")
        ->check(share);
    command.add_option("--init", request.initialisation, "initialisation of the parameters [balanced]")
        ->check(CLI::IsMember({"balanced", "reference"}));
    command.add_option("--device", request.device, "cpu, cuda, cuda:1, ... [cpu]");
    command
        .add_option("--precision", request.precision, "of maps and convolutions: float32, tf32 or bfloat16 [float32]")
        ->check(CLI::IsMember({"float32", "tf32", "bfloat16"}));
    command.add_option("--threads", request.threads, "threads of the CPU [all cores]")
        ->check(CLI::Range(1, most_threads));
    command.add_option("--log-every", request.log_every, "iterations between two lines of the log [100]")->check(count);
    command.add_flag("--cuda-graph", request.cuda_graph, "replay each training step as one CUDA graph");
    command.add_flag("--loss-all-steps", request.loss_all_steps, "learn from the answers at all steps, not the last");
    command.add_option("--limit-train", request.train_limit, "learn from the first so many images only")->check(count);
    command.add_option("--limit-test", request.test_limit, "test on the first so many images only")->check(count);
    command.add_option("--out", request.out, "folder for what the run makes [runs/<program>-<number>]")
        ->type_name("DIR");
    command.add_option("--json", request.json, "write the summary here too")->type_name("FILE");
    command
        .add_option("--resume", request.resume,
                    "continue the run in this folder from its last checkpoint, with its settings")
        ->type_name("DIR");
}

struct test_options {
    test_request request;
    std::optional<std::string> data;
};

void add_test(CLI::App& program, test_options& parsed, const app_options& options) {
    auto& command = *program.add_subcommand("test", "measure a saved model on the test set");
    const CLI::Range count(1, most);
    auto& request = parsed.request;
    command.add_option("--model", request.model, "safetensors file with the parameters")->required()->type_name("FILE");
    add_data(command, parsed.data, options);
    command.add_option("--steps", request.steps, "time steps [what the model was trained with, else 5]")->check(count);
    command.add_option("--batch", request.batch_size, "images at a time [256]")->check(count);
    command.add_option("--device", request.device, "cpu, cuda, cuda:1, ... [cpu]");
    command
        .add_option("--precision", request.precision, "of maps and convolutions: float32, tf32 or bfloat16 [float32]")
        ->check(CLI::IsMember({"float32", "tf32", "bfloat16"}));
    command.add_option("--threads", request.threads, "threads of the CPU [all cores]")
        ->check(CLI::Range(1, most_threads));
    command.add_option("--limit-test", request.limit, "test on the first so many images only")->check(count);
    command.add_option("--json", request.json, "write the result here")->type_name("FILE");
}

/// What is asked of the network without running it.
struct ask_options {
    int summary_steps = application::default_steps;
    int plan_steps = application::default_steps;
    std::optional<std::string> plan_picture{};
    std::string description_form = "json";
};

void add_questions(CLI::App& program, ask_options& asked) {
    program.add_subcommand("summary", "print the network as tables")
        ->add_option("--steps", asked.summary_steps, "time steps that the operations are counted for [5]")
        ->check(CLI::Range(1, most));
    auto& plan = *program.add_subcommand("plan", "print what is computed at which step, and what that spares");
    plan.add_option("--steps", asked.plan_steps, "time steps [5]")->check(CLI::Range(1, most_planned_steps));
    plan.add_option("--svg", asked.plan_picture, "draw it into this file, too")->type_name("FILE");
    program.add_subcommand("describe", "print the network as JSON, or as the declaration that gives it")
        ->add_option("--as", asked.description_form, "json or cpp [json]")
        ->check(CLI::IsMember({"json", "cpp"}));
}

int run_parsed(const plan::network& network, CLI::App& program, const app_options& options, train_request& train,
               test_options& test, const ask_options& asked) {
    const auto default_data = [&](std::optional<std::string>& folder) {
        if (options.make_data != nullptr) return;
        if (!folder && options.default_data != nullptr) folder = options.default_data;
        if (!folder) throw usage_error("no data; give the folder of the IDX files with --data DIR");
    };
    if (program.got_subcommand("train")) {
        if (!train.resume) default_data(train.data);
        return application::train_command(network, train);
    }
    if (program.got_subcommand("test")) {
        default_data(test.data);
        test.request.data = test.data.value_or("");
        return application::test_command(network, test.request);
    }
    if (program.got_subcommand("describe")) return application::describe_command(network, asked.description_form);
    if (program.got_subcommand("plan")) return application::plan_command(network, asked.plan_steps, asked.plan_picture);
    return application::summary_command(network, asked.summary_steps);
}

}  // namespace

int run_app(const plan::network& network, const app_options& options, int argc, char** argv) {
    const std::string name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "cortexpr";
    train_request train{.program = name, .make_data = options.make_data};
    test_options test{.request = {.program = name, .make_data = options.make_data}, .data = {}};
    ask_options asked;
    CLI::App program(fmt::format("{}, a network declared with cortexpr.", network.name), name);
    program.set_version_flag("--version",
                             fmt::format("{} (cortexpr {}, LibTorch {})", name, application::version, TORCH_VERSION));
    program.require_subcommand(1);
    try {
        add_train(program, train, options);
        add_test(program, test, options);
        add_questions(program, asked);
        const std::string first = argc > 1 ? argv[1] : "-";
        const auto known = program.get_subcommands([](const CLI::App*) { return true; });
        const auto is_first = [&](const CLI::App* command) { return command->check_name(first); };
        if (!first.starts_with('-') && std::none_of(known.begin(), known.end(), is_first))
            return fail(name, fmt::format("there is no subcommand {}; see {} --help", first, name), not_understood);
        program.parse(argc, argv);
        return run_parsed(network, program, options, train, test, asked);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return program.exit(problem);  // --help, --version
        return fail(name, fmt::format("{}; see {} --help", problem.what(), name), not_understood);
    } catch (const cortexpr::error& problem) {
        return fail(name, problem.what(), failure);
    } catch (const c10::OutOfMemoryError&) {
        return fail(name, "the device's memory doesn't hold this run; a smaller --batch takes less", failure);
    } catch (const c10::Error& problem) {
        return fail(name, problem.what_without_backtrace(), failure);
    } catch (const std::bad_alloc&) {
        return fail(name, "out of memory; a smaller --batch takes less", failure);
    } catch (const std::exception& problem) {
        return fail(name, problem.what(), failure);
    }
}

}  // namespace cortexpr::detail
