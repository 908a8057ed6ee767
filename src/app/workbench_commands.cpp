#include "workbench_commands.hpp"

#include "checks.hpp"
#include "circuit_settings.hpp"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

bool is_connectome(const given_settings& given) { return given.values.family == network_family::connectome; }

/// Options of all commands that show examples to a saved model.
void add_shown(CLI::App& command, shown_request& request, const app_options& options, const std::string& models) {
    command.add_option("--model", request.models, models)->option_text("FILE")->allow_extra_args(false);
    const auto add = [&](const char* option, const char* help = "") {
        add_setting(command, request.given, options, option, help);
    };
    add("--data");
    command.add_flag_callback(
        "--train-split", [&request] { request.part = data::split::train; }, "show the training set, not the test set");
    add_as_trained(command, request.given, options);
    add("--batch", "images at a time [256]");
    for (const auto* option : {"--seed", "--init", "--weights", "--device", "--precision", "--threads"}) add(option);
    add("--limit-train", "with --train-split, at most this many images [all]");
    add("--limit-test", "at most this many images [all]");
    add_circuit_settings(command, request.given, options);
}

/// The same of those that take one model.
void add_shown_to_one(CLI::App& command, shown_request& request, const app_options& options) {
    add_shown(command, request, options, help_of_model_or_none());
    command.get_option("--model")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
}

/// The files for what is found, called `what`, of which a figure draws `drawn`.
template <class Request>
void add_result_files(CLI::App& command, Request& request, const char* what, const char* drawn) {
    const auto add = [&](const char* option, std::optional<std::string>& file, const std::string& help) {
        command.add_option(option, file, help)->type_name("FILE");
    };
    add("--json", request.json, fmt::format("write {} here, as JSON", what));
    add("--csv", request.csv, fmt::format("write {} here, as CSV", what));
    add("--svg", request.svg, fmt::format("draw {} into this file, .svg or .png", drawn));
}

/// An option whose values go by their names.
template <class Value>
void add_named(CLI::App& command, const char* option, Value& value, const char* help,
               const std::map<std::string, Value>& values) {
    std::vector<std::string> names;
    for (const auto& [name, one] : values) names.push_back(name);
    command
        .add_option_function<std::string>(
            option, [&value, values](const std::string& name) { value = values.at(name); }, help)
        ->check(CLI::IsMember(names));
}

}  // namespace

void add_record(CLI::App& program, record_request& request, const app_options& options) {
    auto& command = *program.add_subcommand("record", "write the network's activity to a file, for NumPy or HDF5");
    const bool of_cells = is_connectome(request.shown.given);
    command
        .add_option("what", request.what,
                    of_cells
                        ? "what to record: Mi1 (rates of a cell type), 'Mi1[0..3]:2..' (of its cells 0 to 3, from step "
                          "2), a cell by its id, output, logits"
                        : "what to record: V1.E (rates of a neuron type), 'V1.E[0..3]@10..12,*:2..' (of subtypes 0 to "
                          "3, at rows 10 to 12, from step 2), V1.output, V1.feedback, logits")
        ->required()
        ->type_name("PART");
    command.add_option("--out", request.out, "file to write: .npz, .npy (one array) or .h5")
        ->required()
        ->type_name("FILE");
    command.add_option("--images", request.images, "only these images of the set, in this order: 0..9,12")
        ->type_name("LIST");
    add_shown_to_one(command, request.shown, options);
    add_perturbations(command, request.perturbations, request.shown.given.values.family);
    if (of_cells) {
        command.footer(fmt::format(
            "Example: the first 100 test examples, rates of a type's cells and the answers, read in Python\n"
            "  {0} record Mi1 logits --model runs/{0}-1/model.safetensors --images 0..99 --out activity.npz\n"
            "  >>> activity = numpy.load(\"activity.npz\"); activity[\"Mi1\"].shape  # images, steps, cells",
            program.get_name()));
        return;
    }
    command.footer(
        fmt::format("Example: the first 100 test images, rates of all steps and the answers, read in Python\n"
                    "  {0} record V1.E logits --model runs/{0}-1/model.safetensors --images 0..99 --out activity.npz\n"
                    "  >>> activity = numpy.load(\"activity.npz\"); activity[\"V1.E\"].shape  # images, steps, "
                    "subtypes, rows, columns",
                    program.get_name()));
}

void add_perturb(CLI::App& program, perturb_request& request, const app_options& options) {
    auto& command =
        *program.add_subcommand("perturb", "what silencing, driving and cutting do to accuracy, rates and selectivity");
    add_perturbations(command, request.perturbations, request.shown.given.values.family);
    command
        .add_option_function<std::string>(
            "--strengths", [&request](const std::string& text) { request.strengths = numbers_in<double>(text); },
            "amounts that each perturbation with one takes in turn, with commas between: 0,0.5,1")
        ->check(finite_numbers())
        ->type_name("LIST");
    add_shown(command, request.shown, options,
              fmt::format("{}; of several, given one by one, as of different seeds, means and Student's intervals are "
                          "reported [a network as training begins]",
                          help_of_model));
    add_result_files(command, request, "the table", "it");
    constexpr std::string_view rules =
        "Each perturbation is applied by itself and, if there are several, all together. Intervals are of 95 %.\n";
    command.footer(
        is_connectome(request.shown.given)
            ? fmt::format(
                  "{1}Example: a cell type silenced from step 2 on, and its synapses onto another at three "
                  "strengths\n"
                  "  {0} perturb --model runs/{0}-1/model.safetensors --silence L1:2.. --scale L1-Mi1=1 --strengths "
                  "0,0.5,2",
                  program.get_name(), rules)
            : fmt::format(
                  "{1}Example: inhibition silenced from step 2 on, and a current into subtype 3 of E at three "
                  "strengths\n"
                  "  {0} perturb --model runs/{0}-1/model.safetensors --silence V1.I:2.. --inject 'V1.E[3]=0.5' "
                  "--strengths 0.1,0.5,1",
                  program.get_name(), rules));
}

namespace {

/// The subcommands of `analyse`, with the options that all of them have.
class analyses {
  public:
    using analysis = analyse_request::analysis;

    analyses(CLI::App& command, std::string program, analyse_request& request, const app_options& options)
        : command_(command), program_(std::move(program)), request_(request), options_(options) {}

    void add_tuning() {
        using variable = analyse_request::variable;
        const char* help = of_cells() ? "rates and selectivity by class"
                                      : "rates and selectivity by class, or by the angle of gratings";
        auto& tuning =
            add(analysis::tuning, "tuning", help,
                of_cells() ? "how each cell type tells the classes apart" : "tuning to the orientation of gratings",
                of_cells() ? "" : " --by orientation");
        add_named<variable>(
            tuning, "--by", request_.by,
            "classes (of the data set), orientation (of still gratings) or direction (of drifting ones) [classes]",
            {{"classes", variable::classes},
             {"orientation", variable::orientation},
             {"direction", variable::direction}});
        tuning
            .add_option("--from", request_.from,
                        "rates are means from this step on [the last one; half of a drifting grating]")
            ->check(count());
        auto& gratings = request_.gratings;
        tuning.add_option("--angles", gratings.angles, "how many, of gratings [8]")->check(count(2, 256));
        tuning.add_option("--phases", gratings.phases, "of each angle [4]")->check(count());
        tuning.add_option("--period", gratings.period, "pixels of a cycle [7]")->check(positive_number());
        tuning.add_option("--contrast", gratings.contrast, "amplitude, in the units of the network's input [1]")
            ->check(positive_number());
    }

    void add_fields() {
        using method = analyse_request::method;
        auto& fields = add(analysis::fields, "fields", "receptive fields of neurons, by gradients or by white noise",
                           "the fields of four subtypes, in the middle of the map", " 'V1.E[0..3]'");
        if (of_cells()) fields.group("");  // which refuses: cells have no images
        fields
            .add_option(
                "neurons", request_.neurons,
                "whose: V1.E (in the middle of the map), 'V1.E[0..3]@14,14' (of subtypes 0 to 3, row and column 14)")
            ->required()
            ->type_name("PART");
        add_named<method>(fields, "--by", request_.how,
                          "gradient (mean over images) or noise (reverse correlation) [gradient]",
                          {{"gradient", method::gradient}, {"noise", method::noise}});
        fields.add_flag("--lags", request_.fields.by_lag,
                        "a field for each lag, of a stimulus that changes at each step");
        fields.add_option("--images", request_.images, "around how many images gradients are taken [32]")
            ->check(count());
        fields.add_option("--stimuli", request_.fields.stimuli, "how many of white noise [4096]")->check(count(2));
        fields.add_option("--contrast", request_.fields.deviation, "standard deviation of the noise [1]")
            ->check(positive_number());
    }

    void add_spectrum() {
        auto& spectrum =
            add(analysis::spectrum, "spectrum",
                "eigenvalues of the circuit at its rates: is it stable, and stabilised by inhibition?",
                "whether inhibition stabilises the circuit at the rates that an image leads to", " --image 3");
        spectrum.add_option("--image", request_.image, "the image whose rates they are, after --steps [0]")
            ->check(count(0));
        spectrum
            .add_option("--leading", request_.spectrum.leading,
                        "how many eigenvalues of a large circuit, the largest [8]")
            ->check(count(1, 100));
    }

    void add_balance() {
        add(analysis::balance, "balance",
            of_cells() ? "excitatory and inhibitory currents into each cell type, step by step"
                       : "excitatory and inhibitory currents into each neuron type, step by step",
            "currents into each type, and the ratio of inhibition to excitation", "");
    }

  private:
    bool of_cells() const { return is_connectome(request_.shown.given); }

    CLI::App& add(analysis of, const char* name, const char* help, const char* example, const char* arguments) {
        auto& one = *command_.add_subcommand(name, help);
        add_shown_to_one(one, request_.shown, options_);
        add_perturbations(one, request_.perturbations, request_.shown.given.values.family);
        one.footer(fmt::format("Example: {0}\n  {1} analyse {2}{3} --model runs/{1}-1/model.safetensors --svg {2}.svg",
                               example, program_, name, arguments));
        add_result_files(one, request_, "the results", "them");
        one.callback([&request = request_, &one, of] {
            request.of = of;
            request.shown.given.command = &one;
        });
        return one;
    }

    CLI::App& command_;
    std::string program_;
    analyse_request& request_;
    const app_options& options_;
};

}  // namespace

void add_analyse(CLI::App& program, analyse_request& request, const app_options& options) {
    const bool of_cells = is_connectome(request.shown.given);
    auto& command =
        *program.add_subcommand("analyse", of_cells ? "tuning, recurrent spectrum and balance"
                                                    : "tuning, receptive fields, recurrent spectrum and balance");
    command.require_subcommand(1);
    analyses all(command, program.get_name(), request, options);
    all.add_tuning();
    all.add_fields();
    all.add_spectrum();
    all.add_balance();
    const char* what = of_cells ? "how cell types tell classes apart" : "tuning to the orientation of gratings";
    const char* by = of_cells ? "" : " --by orientation";
    const char* perturbed = of_cells ? "--silence L1, --cut L1-Mi1, --inject Mi1=0.2"
                                     : "--silence V1.I, --cut V1.I-V1.E, --inject V1.E=0.2";
    command.footer(
        fmt::format("Example: {1}, and whether inhibition stabilises the circuit\n"
                    "  {0} analyse tuning{2} --model runs/{0}-1/model.safetensors --svg tuning.svg\n"
                    "  {0} analyse spectrum --model runs/{0}-1/model.safetensors --svg spectrum.svg\n"
                    "All of them also of a perturbed network: {3}",
                    program.get_name(), what, by, perturbed));
}

namespace {

using figure = plot_request::figure;

/// A figure that `plot` draws, as its command is described.
struct plotted_figure {
    figure of;
    const char *name, *help, *input, *input_help, *example;
};

constexpr plotted_figure plotted_figures[]{
    {figure::curves, "curves", "test loss and accuracy of several runs in one figure", "runs",
     "folders of training runs, or their curves.csv", "runs/one runs/another"},
    {figure::rates, "rates", "mean rates over the steps of a recording; bands are standard deviations over images",
     "recording", "a file that record has written", "activity.npz"},
    {figure::maps, "maps", "maps of mean rates, a row for each type and a column for each step", "recording",
     "a file that record has written", "activity.npz"},
    {figure::movie, "movie", "an image's rates as a GIF, a frame for each step and a map for each subtype", "recording",
     "a file that record has written", "activity.npz --image 3"},
    {figure::weights, "weights", "how the weights of each edge are distributed", "model", help_of_model,
     "runs/{}-1/model.safetensors"},
    {figure::spectra, "spectra", "singular values of each edge's weights", "model", help_of_model,
     "runs/{}-1/model.safetensors"},
    {figure::kernels, "kernels", "the kernels of edges", "model", help_of_model,
     "runs/{}-1/model.safetensors --edge V1.E-V1.I"}};

/// Options that only some figures have.
void add_own_options(CLI::App& command, figure of, plot_request& request) {
    if (of == figure::maps || of == figure::movie)
        command
            .add_option("--image", request.image,
                        of == figure::maps ? "one of the recorded images, by its number in the set [mean of all]"
                                           : "one of the recorded images, by its number in the set [the first]")
            ->check(count(0));
    if (of == figure::movie)
        command.add_option("--seconds", request.seconds, "that a step is shown for [0.5]")
            ->check(number_that([](double value) { return value >= 0.01 && value <= 655; }, "number from 0.01 to 655"));
    if (of == figure::kernels)
        command.add_option("--edge", request.edges, "only of this edge, as V1.E-V1.I; may be given several times")
            ->allow_extra_args(false)
            ->option_text("EDGE");
}

}  // namespace

void add_plot(CLI::App& program, plot_request& request, const app_options& options) {
    const bool of_cells = is_connectome(request.given);
    auto& command = *program.add_subcommand("plot", "draw learning curves, rates or weights, as SVG or PNG");
    command.require_subcommand(1);
    for (const auto& [of, name, help, input, input_help, example] : plotted_figures) {
        auto& figure_command = *command.add_subcommand(name, help);
        const bool is_movie = of == figure::movie;
        figure_command.footer(fmt::format("Example:\n  {0} plot {1} {2} --out {1}.{3}", program.get_name(), name,
                                          fmt::format(fmt::runtime(example), program.get_name()),
                                          is_movie ? "gif" : "svg"));
        const bool is_of_maps = of != figure::curves && of != figure::rates && of != figure::weights;
        if (of_cells && is_of_maps) figure_command.group("");  // which refuse: cells have no maps
        if (of == figure::weights) add_circuit_settings(figure_command, request.given, options);
        auto* inputs = figure_command.add_option(input, request.inputs, input_help)->required()->type_name("PATH");
        if (of != figure::curves) inputs->expected(1);
        figure_command
            .add_option("--out", request.out, is_movie ? "file to write: .gif" : "file to write: .svg or .png")
            ->required()
            ->type_name("FILE");
        add_own_options(figure_command, of, request);
        figure_command.callback([&request, of = of] { request.of = of; });
    }
    command.footer(
        fmt::format("Example: two runs in one figure\n  {} plot curves runs/digits-1 runs/digits-2 --out curves.svg",
                    program.get_name()));
}

void add_report(CLI::App& program, report_request& request, const app_options& options) {
    auto& command =
        *program.add_subcommand("report", "write a run as one HTML page, which opens without a network connection");
    command.add_option("run", request.run, "folder of a training run")->required()->type_name("DIR");
    command
        .add_option("--include", request.beside,
                    "put this on the page, too: a table that perturb --json has written, or a picture (.svg, .png, "
                    ".gif); may be "
                    "given several times")
        ->allow_extra_args(false)
        ->option_text("FILE");
    command.add_option("--out", request.out, "file to write: .html")->required()->type_name("FILE");
    add_circuit_settings(command, request.given, options);
    command.footer(
        fmt::format("Example: a run and what silencing did to it\n"
                    "  {0} perturb --model runs/{0}-1/model.safetensors --silence {1} --json silenced.json\n"
                    "  {0} report runs/{0}-1 --include silenced.json --out report.html",
                    program.get_name(), is_connectome(request.given) ? "L1" : "V1.I"));
}

}  // namespace cortexpr::application
