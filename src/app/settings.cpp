#include "settings.hpp"

#include "../io/optional_json.hpp"
#include "checks.hpp"
#include "resources.hpp"

#include <cortexpr/module/connectome_data.hpp>

#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/train/initialise.hpp>

#include <algorithm>
#include <concepts>
#include <span>
#include <type_traits>
#include <variant>

namespace cortexpr::application {

namespace {

template <class... Values>
using member_of = std::variant<Values run_settings::*...>;
using member = member_of<int, std::uint64_t, double, bool, std::string, std::optional<int>, std::optional<double>>;

enum class on_resume : bool { kept, may_change };

struct setting {
    /// `unset` is how --help calls a default whose value doesn't say it.
    template <class Owner, class Value>
    setting(const char* option, const char* key, Value Owner::*where, on_resume resumed, CLI::Validator check,
            const char* help, const char* unset = "")
        : option(option),
          key(key),
          where(where),
          is_noted(!std::same_as<Owner, training_options>),
          resumed(resumed),
          check(std::move(check)),
          help(help),
          unset(unset) {}

    const char* option;  ///< of the command line
    const char* key;     ///< in JSON
    member where;
    bool is_noted;  ///< the training options are in a checkpoint of themselves
    on_resume resumed;
    CLI::Validator check;
    const char* help;
    const char* unset;
    std::optional<network_family> only{};

    setting of(network_family family) && {
        only = family;
        return std::move(*this);
    }
};

/// In the order of --help.
std::span<const setting> table() {
    using all = run_settings;
    using enum on_resume;
    const CLI::Validator anything;
    static const std::array rows{
        setting("--data", "data", &all::data, may_change, anything,
                "data set: a folder with MNIST's, CIFAR's or .npz files, or with images, or an .npz file"),
        setting("--synapses", "synapses", &all::synapses, may_change, anything,
                "the connectome's synapses: .csv, .tsv (also .gz), .npz, .npy or .safetensors")
            .of(network_family::connectome),
        setting("--cells", "cells", &all::cells, may_change, anything,
                "the connectome's cells with their types: .csv or .tsv (also .gz)")
            .of(network_family::connectome),
        setting("--mean", "mean", &all::mean, kept, numbers_or_measured(false),
                "taken from pixels of 0 to 1: a number, or one for each channel (0.5,0.4,0.3), or 'measured' on the "
                "training set",
                "the data set's"),
        setting("--deviation", "deviation", &all::deviation, kept, numbers_or_measured(true),
                "what pixels are divided by then: as --mean", "the data set's"),
        // With --final-lr only a new run may choose the epochs; see change().
        setting("--epochs", "epochs", &all::epochs, may_change, count(), "times that every image is learnt from"),
        setting("--batch", "batch_size", &all::batch_size, kept, count(), "images in a mini-batch"),
        setting("--steps", "steps", &all::steps, kept, count(1, most_steps), "time steps that an image is shown for"),
        setting("--lr", "learning_rate", &all::learning_rate, kept, positive_number(), "Adam's learning rate"),
        setting("--final-lr", "final_learning_rate", &all::final_learning_rate, kept, not_negative(),
                "learning rate of the last iteration, to which it falls along half a cosine", "no fall"),
        setting("--seed", "seed", &all::seed, kept, whole_number(), "all randomness comes from this"),
        setting("--warm-up", "warm_up", &all::warm_up, kept, count(0),
                "iterations over which the learning rate rises, 0 for none"),
        setting("--average", "averaging", &all::averaging, kept, share(),
                "decay of the parameters' running mean, 0 for none"),
        setting("--init", "initialisation", &all::initialisation, kept,
                one_of({initialisation::balanced, initialisation::reference}), "initialisation of the parameters")
            .of(network_family::areas),
        setting("--weights", "starting_weights", &all::starting_weights, kept,
                one_of({starting_weights::by_total_input, starting_weights::as_in_the_file}),
                "what synapses start from: each over the sum of all weights that its cell receives, or as it is")
            .of(network_family::connectome),
        setting("--device", "device", &all::device, may_change, anything, "cpu, cuda, cuda:1, ..."),
        setting("--precision", "precision", &all::precision, may_change,
                one_of({precision::float32, precision::tf32, precision::bfloat16}),
                "of maps and convolutions: float32, tf32 or bfloat16")
            .of(network_family::areas),
        setting("--threads", "threads", &all::threads, may_change, count(1, 1024), "threads of the CPU", "all cores"),
        setting("--log-every", "log_every", &all::log_every, kept, count(), "iterations between two lines of the log"),
        setting("--cuda-graph", "cuda_graph", &all::cuda_graph, may_change, anything,
                "replay each training step as one CUDA graph")
            .of(network_family::areas),
        setting("--loss-all-steps", "loss_all_steps", &all::loss_all_steps, kept, anything,
                "learn from the answers at all steps, not the last"),
        setting("--limit-train", "train_limit", &all::train_limit, kept, count(),
                "learn from this many images only, the first of the set"),
        setting("--limit-test", "test_limit", &all::test_limit, kept, count(),
                "test on this many images only, the first of the set")};
    return rows;
}

bool is_of(const setting& row, network_family family) { return row.only.value_or(family) == family; }

/// "help [default]".
std::string described(const setting& row, const run_settings& defaults) {
    std::string text = row.unset;
    if (text.empty())
        std::visit(
            [&](auto where) {
                using value = std::remove_cvref_t<decltype(defaults.*where)>;
                if constexpr (fmt::is_formattable<value>::value && !std::same_as<value, bool>)
                    text = fmt::format("{}", defaults.*where);
            },
            row.where);
    return text.empty() ? row.help : fmt::format("{} [{}]", row.help, text);
}

void add(CLI::App& command, given_settings& given, const app_options& options, const setting& row,
         const std::string& help) {
    const bool is_data = row.where == member(&run_settings::data);
    const bool is_synapses = row.where == member(&run_settings::synapses);
    const bool is_circuit = is_synapses || row.where == member(&run_settings::cells);
    given.command = &command;
    if (!is_of(row, given.values.family) || (is_data && options.make_data != nullptr) ||
        (is_circuit && options.make_circuit != nullptr))
        return;
    auto* option = std::visit(
        [&](auto where) {
            auto& value = given.values.*where;
            if constexpr (std::same_as<decltype(value), bool&>) {
                return command.add_flag(row.option, value, help);
            } else {
                return command.add_option(row.option, value, help);
            }
        },
        row.where);
    option->check(row.check);
    if (is_data) option->type_name("DIR");
    if (is_circuit) {
        option->type_name("FILE");
        if (const auto& file = is_synapses ? options.files.synapses : options.files.cells; !file.empty())
            option->default_str(file.string());
    }
    if (is_data && options.default_data != nullptr) option->default_str(options.default_data);
}

}  // namespace

bool given_settings::has(std::string_view option) const {
    const auto* found = command->get_option_no_throw(std::string(option));
    return found != nullptr && found->count() > 0;
}

void add_settings(CLI::App& command, given_settings& given, const app_options& options) {
    for (const auto& row : table()) add(command, given, options, row, described(row, given.values));
}

void add_setting(CLI::App& command, given_settings& given, const app_options& options, std::string_view option,
                 const std::string& help) {
    const auto& row = *std::ranges::find(table(), option, &setting::option);
    add(command, given, options, row, help.empty() ? described(row, given.values) : help);
}

void require_changeable(const given_settings& given) {
    for (const auto& row : table())
        if (row.resumed == on_resume::kept && given.has(row.option))
            throw usage_error(
                fmt::format("{} can't be given with --resume: a continued run keeps its settings", row.option));
}

void change(run_settings& settings, const given_settings& given) {
    if (given.has("--epochs") && settings.final_learning_rate && given.values.epochs != settings.epochs)
        throw usage_error(
            "--epochs can't be changed with --resume where --final-lr was given: the learning rate falls over all of "
            "them");
    for (const auto& row : table())
        if (given.has(row.option)) std::visit([&](auto where) { settings.*where = given.values.*where; }, row.where);
}

nlohmann::json to_json(const run_settings& settings) {
    nlohmann::json all;
    for (const auto& row : table())
        if (is_of(row, settings.family)) std::visit([&](auto where) { all[row.key] = settings.*where; }, row.where);
    return all;
}

std::map<std::string, std::string> notes_of(const run_settings& settings) {
    auto notes = to_json(settings);
    for (const auto& row : table())
        if (notes.contains(row.key) && (!row.is_noted || notes[row.key].is_null())) notes.erase(row.key);
    const auto note_place = [&](const char* key, const std::string& place) {
        if (!place.empty()) notes[key] = std::filesystem::absolute(place).string();
    };
    note_place("data", settings.data);
    note_place("synapses", settings.synapses);
    note_place("cells", settings.cells);
    notes["train_fingerprint"] = settings.train_fingerprint;
    notes["test_fingerprint"] = settings.test_fingerprint;
    return {{"program", notes.dump()}};
}

run_settings settings_of(const std::filesystem::path& checkpoint, network_family family) {
    const auto head = read_checkpoint_head(checkpoint);
    run_settings settings{head.options};
    settings.family = family;
    try {
        const auto notes = nlohmann::json::parse(head.notes.at("program"));
        for (const auto& row : table())  // what isn't there is younger than the file and has its default
            if (row.is_noted && notes.contains(row.key))
                std::visit([&](auto where) { notes.at(row.key).get_to(settings.*where); }, row.where);
        notes.at("train_fingerprint").get_to(settings.train_fingerprint);
        notes.at("test_fingerprint").get_to(settings.test_fingerprint);
    } catch (const std::exception& problem) {
        throw file_error(checkpoint.string(), fmt::format("lacks the program's settings ({})", problem.what()));
    }
    return settings;
}

}  // namespace cortexpr::application
