#include "training_commands.hpp"

#include "checks.hpp"
#include "circuit_settings.hpp"
#include "saved_model.hpp"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

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
    command
        .add_option("--settings", request.settings,
                    "take settings from this file, TOML or .json; a run's settings.toml repeats the run")
        ->type_name("FILE");
    command.add_option("setting", request.assignments, "settings by their names in files: epochs=3 class_weights=1,2")
        ->type_name("KEY=VALUE");
    command.add_flag("--detect-anomaly", request.detects_anomalies,
                     "stop at the operation whose gradient becomes NaN, and say which; slow");
    command
        .add_option("--profile", request.profile,
                    "print where the time goes, and write a trace for Chrome's or Perfetto's viewer")
        ->type_name("FILE");
    command.footer(
        fmt::format("Example: 3 epochs as written in a file, but for the learning rate\n"
                    "  {} train --settings run.toml epochs=3 learning_rate=0.01",
                    program.get_name()));
}

void add_sweep(CLI::App& program, sweep_request& request) {
    auto& command = *program.add_subcommand(
        "sweep", "train once for each of many settings, in runs that can be interrupted and continued");
    command.add_option("plan", request.plan, "TOML file: [settings] of all runs, [grid] and [random] for what varies")
        ->required()
        ->type_name("FILE");
    command.add_option("setting", request.assignments, "settings in place of the file's: epochs=3")
        ->type_name("KEY=VALUE");
    command.add_option("--jobs", request.jobs, "runs at a time, which share the cores [1; with --slurm all]")
        ->check(count(1, 1024));
    command.add_option("--only", request.only, "only the run of this number, from 0")->check(count(0));
    command.add_flag("--slurm", request.prints_slurm,
                     "print a job array for Slurm, whose logs go into the sweep's folder, and run nothing");
    command.footer(
        fmt::format("Example: a file\n"
                    "  [settings]\n"
                    "  epochs = 3\n"
                    "  [grid]\n"
                    "  learning_rate = [1e-3, 3e-3]\n"
                    "  seed = [0, 1, 2]\n"
                    "and its runs, two at a time; the same again goes on where it was interrupted\n"
                    "  {0} sweep rates.toml --jobs 2\n"
                    "  {0} sweep rates.toml --jobs 2 --slurm | sbatch",
                    program.get_name()));
}

void add_test(CLI::App& program, test_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("test", "measure a saved model on the test set");
    command.alias("evaluate");
    const auto add = [&](const char* option, const char* help = "") {
        add_setting(command, request.given, options, option, help);
    };
    command.add_option("--model", request.model, help_of_model)->required()->type_name("FILE");
    add("--data");
    add_as_trained(command, request.given, options);
    add("--batch", "images at a time [256]");
    for (const auto* option : {"--device", "--precision", "--threads", "--limit-test"}) add(option);
    add_circuit_settings(command, request.given, options);
    command.add_option("--json", request.json, "write the result here, of classes one by one, too")->type_name("FILE");
    command
        .add_option("--confusion", request.confusion,
                    "write here, as CSV, how many images of each class (rows) are taken for which (columns)")
        ->type_name("FILE");
    command.footer(
        fmt::format("Example: a model as it was trained, the result also as JSON\n"
                    "  {0} test --model runs/{0}-1/model.safetensors --json result.json",
                    program.get_name()));
}

void add_check(CLI::App& program, check_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("check", "look whether the network is alive: rates, saturation, gradients");
    command.add_option("--model", request.model, help_of_model_or_none())->type_name("FILE");
    for (const auto* option : {"--data", "--seed", "--init", "--device", "--threads", "--limit-train", "--weights"})
        add_setting(command, request.given, options, option);
    add_as_trained(command, request.given, options);
    add_circuit_settings(command, request.given, options);
    command.add_option("--svg", request.rates, "draw the rates of each type into this file, .svg or .png, too")
        ->type_name("FILE");
    command.footer(
        fmt::format("Example: a network before training, and one after it with its rates as a picture\n"
                    "  {0} check\n"
                    "  {0} check --model runs/{0}-1/model.safetensors --svg rates.svg",
                    program.get_name()));
}

}  // namespace cortexpr::application
