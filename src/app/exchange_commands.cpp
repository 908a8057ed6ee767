#include "exchange_commands.hpp"

#include "checks.hpp"
#include "circuit_settings.hpp"
#include "numbers.hpp"
#include "program_network.hpp"
#include "run_folder.hpp"
#include "saved_model.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"

#include <cortexpr/io/standard_streams.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cortexpr::application {

namespace {

using notes_map = std::map<std::string, std::string>;

std::string described(const trainable& network) {
    return fmt::format("{} parameters ({} numbers) of {}", network.parameter_count(),
                       grouped(count_of_numbers(network)), network.name());
}

/// What the file of another model says of its training, once the model is known to fit: its weights, too, have to go
/// to the same synapses.
notes_map notes_of(const std::string& model, trainable& network) {
    const auto file = read_model(model);
    notes_map notes(file.metadata().begin(), file.metadata().end());
    if (const auto of = notes.find("network"); of != notes.end() && of->second != network.name())
        throw usage_error(fmt::format("--like {}: it is a model of {}, and not of {}", model,
                                      io::shown_name(of->second), network.name()));
    network.load(file, model);
    return notes;
}

/// A note that no command could read isn't handed on. \throws file_error
void require_readable(const std::string& model, const notes_map& notes, const trainable& network) {
    const training_notes of_training(model, {notes.begin(), notes.end()});
    run_settings scale;
    of_training.steps();
    of_training.first_label();
    of_training.target_deviations(network.targets());
    of_training.normalise_as_trained(scale);
}

/// What is kept with a model: what its file says, else another's, and what is given now.
notes_map notes_with(const io::metadata_map& noted, const import_request& request, trainable& network) {
    const auto& given = request.given;
    const auto kept = [&](const std::string& model, notes_map notes) {
        for (const auto* option : {"--steps", "--mean", "--deviation"})
            if (given.has(option)) notes.erase(std::string(option).substr(2));
        require_readable(model, notes, network);
        return notes;
    };
    auto notes = kept(request.file, {noted.begin(), noted.end()});
    if (!request.like.empty()) notes.merge(kept(request.like, notes_of(request.like, network)));
    notes["format"] = "pt";  // what Python's safetensors looks for
    notes["network"] = network.name();
    if (given.has("--steps")) notes[model_note::steps] = std::to_string(given.values.steps);
    for (const auto& [option, text] :
         {std::pair{"--mean", given.values.mean}, {"--deviation", given.values.deviation}}) {
        if (!given.has(option)) continue;
        if (numbers_in(text).empty())
            throw usage_error(
                fmt::format("{} {} takes a data set, which import doesn't read; give numbers", option, text));
        notes[std::string(option).substr(2)] = text;
    }
    return notes;
}

constexpr std::array notes_of_training{model_note::steps, model_note::mean, model_note::deviation};

/// What the notes hold, or lack, of what a model was trained with.
std::vector<std::string> of_training(const notes_map& notes, bool held) {
    std::vector<std::string> found;
    for (const auto* name : notes_of_training) {
        const auto note = notes.find(name);
        if (held && note != notes.end()) found.push_back(fmt::format("--{} {}", name, note->second));
        if (!held && note == notes.end()) found.push_back(fmt::format("--{}", name));
    }
    return found;
}

}  // namespace

void add_import(CLI::App& program, import_request& request, const app_options& options) {
    const bool of_cells = request.given.values.family == network_family::connectome;
    auto& command = *program.add_subcommand("import", "make a model of weights from PyTorch, torch-biopl or NumPy");
    command
        .add_option("file", request.file,
                    "a state dict (.pt or .pth of torch.save, .safetensors), an .npz archive, or a folder of .npy or "
                    ".csv files")
        ->required()
        ->type_name("FILE");
    command.add_option("--out", request.out, "file to write: .safetensors")->required()->type_name("FILE");
    add_setting(command, request.given, options, "--steps",
                "time steps that the model was trained with, which are kept with it");
    add_setting(command, request.given, options, "--mean",
                "taken from pixels of 0 to 1 when it was trained; kept, too");
    add_setting(command, request.given, options, "--deviation", "what pixels were divided by then; kept, too");
    command
        .add_option("--like", request.like,
                    "a model of this network: what its file says of the training, these three and the labels, the loss "
                    "and more, is kept")
        ->type_name("MODEL");
    add_circuit_settings(command, request.given, options);
    command.footer(
        fmt::format("Names and shapes must be the network's ({0} {1} lists them); a prefix of all names, as "
                    "module., is left out.\n"
                    "Weights against Dale's law are set to 0, as torch-biopl does at each forward pass. No code in a "
                    "file is ever run.\n"
                    "Example: a model that was trained in Python for 5 steps\n"
                    "  {0} import checkpoint.pt --steps 5 --mean 0.1307 --deviation 0.3081 --out digits.safetensors\n"
                    "  {0} test --model digits.safetensors",
                    program.get_name(), of_cells ? "check" : "summary"));
}

void add_export(CLI::App& program, export_request& request, const app_options& options) {
    const bool of_cells = request.given.values.family == network_family::connectome;
    auto& command =
        *program.add_subcommand("export", of_cells ? "write a model for PyTorch, torch-biopl or NumPy"
                                                   : "write a model for PyTorch, torch-biopl, NumPy or ONNX");
    command.add_option("--model", request.model, "file with the parameters, as train or import wrote it")
        ->required()
        ->type_name("FILE");
    command
        .add_option("--to", request.to,
                    fmt::format("what to write: .pt or .pth (a state dict for torch.load), .safetensors, .npz, {}or a "
                                "folder, ending in /, for a file of each parameter",
                                of_cells ? "" : ".onnx (the whole network, for inference), "))
        ->required()
        ->type_name("FILE");
    command.add_option("--arrays", request.arrays, "files of a folder: npy or csv [npy]")
        ->check(CLI::IsMember({"npy", "csv"}));
    if (!of_cells)
        add_setting(command, request.given, options, "--steps",
                    "time steps that an .onnx model is unrolled over [what the model was trained with, else 5]");
    add_circuit_settings(command, request.given, options);
    command.footer(fmt::format(
        "Example: weights for Python{1}\n"
        "  {0} export --model runs/{0}-1/model.safetensors --to {0}.pt\n"
        "  >>> classifier.load_state_dict(torch.load(\"{0}.pt\", weights_only=True)){2}",
        program.get_name(), of_cells ? "" : ", and the network for ONNX Runtime",
        of_cells ? ""
                 : fmt::format("\n  {0} export --model runs/{0}-1/model.safetensors --to {0}.onnx --steps 5",
                               program.get_name())));
}

int import_command(program_network& network, const import_request& request) {
    if (ending_of(request.out) != ".safetensors")
        throw usage_error(
            fmt::format("{}: import writes a model; end its name in .safetensors (export writes the other "
                        "formats)",
                        request.out));
    for (const auto& read : {request.file, request.like})
        if (!read.empty() && is_same_file(read, request.out))
            throw usage_error(fmt::format("--out {} is the file that is read, too; give another name", request.out));
    const auto file = read_model(request.file);
    const auto module = network.open(request.given.values);
    const auto notes = notes_with(file.metadata(), request, *module);
    module->load(file, request.file);
    module->save(request.out, notes);
    if (const auto unknown = of_training(notes, false); !unknown.empty())
        io::say(stderr, fmt::format("{} doesn't say with what the model was trained, and neither does {}: a test takes "
                                    "the default, or the data set's\n",
                                    request.file, fmt::join(unknown, ", ")));
    io::say(stdout, fmt::format("imported {} from {} into {}\n", described(*module), request.file, request.out));
    return 0;
}

namespace {

void export_onnx(program_network& network, const export_request& request, const notes_map& notes) {
    const training_notes of_training(request.model, {notes.begin(), notes.end()});
    const auto& given = request.given;
    const int steps = given.has("--steps") ? given.values.steps : of_training.steps().value_or(given.values.steps);
    network.write_onnx(request.to, steps, notes);
    const bool is_normalised = request.make_data == nullptr && given.values.family != network_family::connectome;
    of_training.say_what_is_open(
        request.program, {.given = given, .steps = steps, .is_normalised = is_normalised, .has_data_set = false});
}

/// As require_readable, with advice that export can take: of these options it has --steps alone, and for .onnx.
void require_exportable(const export_request& request, const notes_map& notes, const trainable& network, bool is_onnx) {
    for (const std::string key : notes_of_training) {
        const auto note = notes.find(key);
        if (note == notes.end() || (is_onnx && key == model_note::steps)) continue;
        try {
            require_readable(request.model, {*note}, network);
        } catch (const file_error&) {
            throw file_error(request.model,
                             fmt::format("says that it was trained with the {} {}, which no command could read; import "
                                         "it with --{}, and export that",
                                         key, io::shown_name(note->second), key));
        }
    }
    require_readable(request.model, notes, network);
}

/// What was asked for by an option that the kind of file hasn't is refused. \throws usage_error
void require_used(const export_request& request, bool is_folder, bool is_onnx) {
    if (request.given.has("--steps") && !is_onnx)
        throw usage_error(
            fmt::format("--steps has no effect on {}; it is of .onnx, which is unrolled over them", request.to));
    if (request.given.has("--arrays") && !is_folder)
        throw usage_error(fmt::format("--arrays has no effect on {}; it is of a folder, ending in /", request.to));
}

}  // namespace

int export_command(program_network& network, const export_request& request) {
    if (is_same_file(request.model, request.to))
        throw usage_error(fmt::format("--to {} is the file of --model, too; give another name", request.to));
    const std::filesystem::path to(request.to);
    std::error_code ignored;
    const bool is_folder = !to.has_filename() || std::filesystem::is_directory(to, ignored);
    const auto ending = ending_of(to);
    require_used(request, is_folder, !is_folder && ending == ".onnx");
    const auto file = read_model(request.model);
    const auto module = network.open(request.given.values);
    module->load(file, request.model);
    const notes_map notes(file.metadata().begin(), file.metadata().end());
    auto needed = notes;
    if (request.given.has("--steps")) needed.erase(model_note::steps);
    const bool keeps_notes = ending == ".onnx" || ending == ".safetensors";
    if (keeps_notes) require_exportable(request, needed, *module, ending == ".onnx");
    if (is_folder) {
        module->save_arrays(request.to, request.arrays == "csv" ? io::array_format::csv : io::array_format::npy);
    } else if (ending == ".onnx") {
        export_onnx(network, request, notes);
    } else if (ending == ".pt" || ending == ".pth" || ending == ".npz" || ending == ".safetensors") {
        module->save(request.to, notes);
    } else {
        throw usage_error(
            fmt::format("{}: what to write isn't known by this ending; end it in .pt, .safetensors, .npz or .onnx, "
                        "or in / for a folder",
                        request.to));
    }
    if (const auto lost = of_training(notes, true); !keeps_notes && !lost.empty())
        io::say(stderr,
                fmt::format("{} keeps no note of what the model was trained with; give it to import: {}, or all of "
                            "it, --like {}\n",
                            request.to, fmt::join(lost, " "), request.model));
    io::say(stdout, fmt::format("exported {} to {}\n", described(*module), request.to));
    return 0;
}

}  // namespace cortexpr::application
