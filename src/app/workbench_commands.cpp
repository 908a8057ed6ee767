#include "workbench_commands.hpp"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

namespace {

/// Options of all commands that show examples to a saved model.
void add_shown(CLI::App& command, shown_request& request, const app_options& options, const char* models) {
    command.add_option("--model", request.models, models)->type_name("FILE")->allow_extra_args(false);
    const auto add = [&](const char* option, const char* help = "") {
        add_setting(command, request.given, options, option, help);
    };
    add("--data");
    command.add_flag_callback(
        "--train-split", [&request] { request.part = data::split::train; }, "show the training set, not the test set");
    add("--steps", "time steps [what the model was trained with, else 5]");
    add("--batch", "images at a time [256]");
    add("--mean", "taken from pixels of 0 to 1 [what the model was trained with, else the data set's]");
    add("--deviation", "what pixels are divided by then [as --mean]");
    for (const auto* option :
         {"--seed", "--init", "--device", "--precision", "--threads", "--limit-train", "--limit-test"})
        add(option);
}

}  // namespace

void add_record(CLI::App& program, record_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("record", "write the network's activity to a file, for NumPy or HDF5");
    command
        .add_option("what", request.what,
                    "what to record: V1.E (rates of a neuron type), 'V1.E[0..3]@10..12,*:2..' (of subtypes 0 to 3, at "
                    "rows 10 to 12, from step 2), V1.output, V1.feedback, logits")
        ->required()
        ->type_name("PART");
    command.add_option("--out", request.out, "file to write: .npz, .npy (one array) or .h5")
        ->required()
        ->type_name("FILE");
    command.add_option("--images", request.images, "only these images of the set: 0..9,12")->type_name("LIST");
    add_shown(command, request.shown, options, "safetensors file with the parameters [a network as training begins]");
    command.get_option("--model")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    add_perturbations(command, request.perturbations);
    command.footer(
        fmt::format("Example: the first 100 test images, rates of all steps and the answers, read in Python\n"
                    "  {0} record V1.E logits --model runs/model.safetensors --images 0..99 --out activity.npz\n"
                    "  >>> activity = numpy.load(\"activity.npz\"); activity[\"V1.E\"].shape  # images, steps, "
                    "subtypes, rows, columns",
                    program.get_name()));
}

void add_perturb(CLI::App& program, perturb_request& request, const app_options& options) {
    auto& command =
        *program.add_subcommand("perturb", "what silencing, driving and cutting do to accuracy, rates and selectivity");
    add_perturbations(command, request.perturbations);
    command
        .add_option("--strengths", request.strengths,
                    "amounts that each perturbation with one takes in turn, with commas between: 0,0.5,1")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("LIST");
    add_shown(command, request.shown, options,
              "safetensors file with the parameters; of several, given one by one, as of different seeds, means and "
              "Student's intervals are told [a network as training begins]");
    command.add_option("--json", request.json, "write the table here, as JSON")->type_name("FILE");
    command.add_option("--csv", request.csv, "write the table here, as CSV")->type_name("FILE");
    command.add_option("--svg", request.svg, "draw it into this file")->type_name("FILE");
    command.footer(fmt::format(
        "Each perturbation is applied by itself and, if there are several, all together. Intervals are of 95 %.\n"
        "Example: inhibition silenced from step 2 on, and a current into subtype 3 of E at three strengths\n"
        "  {0} perturb --model runs/model.safetensors --silence V1.I:2.. --inject 'V1.E[3]=0.5' --strengths 0.1,0.5,1",
        program.get_name()));
}

void add_plot(CLI::App& program, plot_request& request) {
    auto& command = *program.add_subcommand("plot", "draw learning curves, rates or weights as SVG");
    command.require_subcommand(1);
    struct row {
        plot_request::figure of;
        const char *name, *help, *input, *input_help;
    };
    using figure = plot_request::figure;
    for (const auto& [of, name, help, input, input_help] :
         {row{figure::curves, "curves", "test loss and accuracy of several runs in one figure", "runs",
              "folders of training runs, or their curves.csv"},
          row{figure::rates, "rates",
              "mean rates over the steps of a recording; bands are standard deviations over images", "recording",
              "an .npz file that record has written"},
          row{figure::weights, "weights", "how the weights of each edge are distributed", "model",
              "safetensors file with the parameters"}}) {
        auto& figure_command = *command.add_subcommand(name, help);
        auto* inputs = figure_command.add_option(input, request.inputs, input_help)->required()->type_name("PATH");
        if (of != figure::curves) inputs->expected(1);
        figure_command.add_option("--out", request.out, "file to write: .svg")->required()->type_name("FILE");
        figure_command.callback([&request, of] { request.of = of; });
    }
    command.footer(
        fmt::format("Example: two runs in one figure\n  {} plot curves runs/digits-1 runs/digits-2 --out curves.svg",
                    program.get_name()));
}

}  // namespace cortexpr::application
