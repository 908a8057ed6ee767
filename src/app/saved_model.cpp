#include "saved_model.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../io/other_format.hpp"
#include "checks.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/run/options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace cortexpr::application {

std::string help_of_model_or_none() { return fmt::format("{} [a network as training begins]", help_of_model); }

io::tensor_file read_model(const std::string& model) {
    std::error_code ignored;
    if (const auto inside = std::filesystem::path(model) / run_file::model; std::filesystem::exists(inside, ignored))
        throw file_error(model, fmt::format("is a folder; a run's model is {}", inside.string()));
    require_no_other_file(model, run_file::model, "model");
    if (ending_of(model) == ".onnx")
        throw file_error(model,
                         "is an ONNX file by its name, which is written and not read; give the weights as a state "
                         "dict (.pt, .safetensors) or arrays");
    constexpr const char* right = "a run's model is its model.safetensors";
    if (ending_of(model) == ".npy" && std::filesystem::exists(model + ".json", ignored))
        throw file_error(model, fmt::format("is a recording, and no model; {}", right));
    if (const auto other = io::other_format_of(model); !other.empty())
        throw file_error(model, fmt::format("is {}, and no model; {}", other, right));
    auto file = io::read_tensors(model);
    if (file.find("description") != nullptr && file.find("images") != nullptr)
        throw file_error(model, fmt::format("is a recording, and no model; {}", right));
    return file;
}

void require_no_start(const given_settings& given, bool has_model) {
    if (!has_model) return;
    for (const auto* option : {"--init", "--weights"})
        if (given.has(option))
            throw usage_error(fmt::format("{} has no effect on a model that is read; leave it or --model out", option));
}

std::optional<int> training_notes::steps() const {
    return number(model_note::steps, "steps", "; give --steps", 1, most_steps);
}

std::optional<loss_kind> training_notes::loss() const {
    for (const auto& one : names_of(loss_kind{}))
        if (text(model_note::loss) == one.name) return one.value;
    return std::nullopt;
}

std::vector<double> training_notes::target_deviations(int targets) const {
    const auto noted = text(model_note::target_deviations);
    if (noted.empty() || targets == 0) return {};
    const auto all = numbers_in<double>(noted);
    if (std::ssize(all) != targets || std::ranges::any_of(all, [](double one) { return !(one > 0); }))
        throw file_error(model_,
                         fmt::format("says that it was trained on targets with the deviations {}, which are not "
                                     "{} positive number{}",
                                     io::shown_name(noted), targets, targets == 1 ? "" : "s"));
    return all;
}

void training_notes::normalise_as_trained(run_settings& settings) const {
    const auto mean = numbers(model_note::mean), deviation = numbers(model_note::deviation);
    if (settings.mean.empty()) settings.mean = mean;
    if (settings.deviation.empty()) settings.deviation = deviation;
}

void training_notes::say_what_is_open(const std::string& program, const shown_anew& shown) const {
    const auto say = [&](const std::string& text) {
        io::say(stderr, fmt::format("{}: {} {}\n", program, model_, text));
    };
    if (const auto under = perturbations(); !under.empty())
        say(fmt::format("was trained under perturbations ({}), and runs without them", under));
    if (shown.takes_steps && !shown.given.has("--steps") && !notes_.contains(model_note::steps))
        say(fmt::format("doesn't say for how many steps it was trained; it runs for {} (--steps)", shown.steps));
    std::vector<std::string> open, options;
    for (const std::string key : {model_note::mean, model_note::deviation}) {
        if (!shown.is_normalised || !text(key.c_str()).empty() || shown.given.has("--" + key)) continue;
        open.push_back(key);
        options.push_back("--" + key);
    }
    if (open.empty()) return;
    const auto taken =
        shown.has_data_set ? fmt::format("; the data set's are taken ({})", fmt::join(options, ", ")) : std::string();
    say(fmt::format("doesn't say by which {} its images were normalised{}", fmt::join(open, " and "), taken));
}

std::string training_notes::numbers(const char* key) const {
    const auto noted = text(key);
    if (!noted.empty() && numbers_in(noted).empty())
        throw file_error(model_,
                         fmt::format("was trained with the {} '{}', which is no number; give --{}", key, noted, key));
    return noted;
}

std::optional<int> training_notes::number(const char* key, const char* what, const char* advice, int least,
                                          int most) const {
    if (!notes_.contains(key)) return std::nullopt;
    const auto noted = text(key);
    const auto value = parsed<int>(noted);
    if (!value || *value < least || *value > most)
        throw file_error(model_, fmt::format("says that it was trained with {} {}, which is no number from {} to {}{}",
                                             io::shown_name(noted), what, least, most, advice));
    return value;
}

namespace {

struct noted_model {
    const std::string& file;
    const training_notes& notes;
};

/// Models that are shown the same examples were trained on such: what the command line doesn't say, their notes do.
void require_alike(const noted_model& first, const noted_model& other, const shown_request& request) {
    const auto refuse = [&](const std::string& one, const std::string& another, const char* advice) {
        throw usage_error(
            fmt::format("{} was trained with {}, and {} with {}; {}", first.file, one, other.file, another, advice));
    };
    const auto phrase = [](std::optional<int> number, const char* what) {
        return fmt::format("{} {}", number ? std::to_string(*number) : "unknown", what);
    };
    if (!request.given.has("--steps"))
        if (const auto one = first.notes.steps(), another = other.notes.steps(); one != another)
            refuse(phrase(one, "steps"), phrase(another, "steps"),
                   "say with --steps for how many both are shown images");
    const auto label = first.notes.first_label(), others_label = other.notes.first_label();
    if (label != others_label)
        refuse(phrase(label, "as first label"), phrase(others_label, "as first label"), "give them one by one");
    auto scale = request.given.values, others_scale = scale;
    first.notes.normalise_as_trained(scale);
    other.notes.normalise_as_trained(others_scale);
    const auto text = [](const run_settings& all) {
        return fmt::format("the mean {} and deviation {}", all.mean.empty() ? "of the data set" : all.mean,
                           all.deviation.empty() ? "of the data set" : all.deviation);
    };
    if (scale.mean != others_scale.mean || scale.deviation != others_scale.deviation)
        refuse(text(scale), text(others_scale), "say with --mean and --deviation how images are normalised for both");
}

/// Of two limits, one is of the split that isn't shown.
void require_limit_of(data::split part, const given_settings& given) {
    if (part == data::split::test && given.has("--limit-train"))
        throw usage_error("--limit-train has no effect on the test set; give --limit-test, or --train-split, too");
    if (part == data::split::train && given.has("--limit-test"))
        throw usage_error("--limit-test has no effect with --train-split; give --limit-train");
}

}  // namespace

shown_anew shown_as(const given_settings& given, decltype(app_options::make_data) make_data,
                    const data::labelled_images& examples, int steps) {
    return {.given = given,
            .steps = steps,
            .takes_steps = !examples.is_sequence(),
            .is_normalised = is_normalised(make_data, examples)};
}

int steps_of(const data::labelled_images& examples, const given_settings& given, const training_notes& notes,
             int otherwise) {
    const bool needs_note = !given.has("--steps") && !examples.is_sequence();
    return steps_of(examples, given, needs_note ? notes.steps().value_or(otherwise) : otherwise);
}

shown_networks load_shown(program_network& network, const shown_request& request,
                          const std::function<void(const workbench::any_network&)>& opened) {
    auto settings = request.given.values;
    require_limit_of(request.part, request.given);
    if (request.given.has("--threads")) use_threads(settings.threads);
    shown_networks shown;
    const auto open = [&] {
        shown.networks.push_back(network.open(settings));
        shown.probed.push_back(network.probed(*shown.networks.back()));
    };
    open();
    opened(shown.probed.front());
    std::vector<io::tensor_file> files;
    for (const auto& model : request.models) files.push_back(read_model(model));
    const auto first =
        files.empty() ? training_notes("", {}) : training_notes(request.models.front(), files.front().metadata());
    for (std::size_t i = 1; i < files.size(); ++i)
        require_alike({request.models.front(), first},
                      {request.models[i], training_notes(request.models[i], files[i].metadata())}, request);
    if (!files.empty()) first.normalise_as_trained(settings);
    const bool is_test = request.part == data::split::test;
    const bool needs_examples = files.empty() || !request.makes_stimuli;
    if (needs_examples)
        shown.examples = load_examples({request.make_data, network.expected_images(), settings, first.first_label()},
                                       request.part, is_test ? settings.test_limit : settings.train_limit);
    shown.steps = steps_of(shown.examples, request.given, first, settings.steps);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) open();
        shown.networks.back()->load(files[i], request.models[i]);
        training_notes(request.models[i], files[i].metadata())
            .say_what_is_open(request.program, shown_as(request.given, request.make_data, shown.examples, shown.steps));
    }
    if (files.empty()) {
        network.initialise(settings, shown.examples, shown.steps);
        io::say(stderr, fmt::format("{}: no --model, so the network is as training begins\n", request.program));
    }
    return shown;
}

}  // namespace cortexpr::application
