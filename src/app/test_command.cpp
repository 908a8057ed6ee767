#include "../io/input_file.hpp"
#include "commands.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"
#include "resources.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/trainer.hpp>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <filesystem>
#include <system_error>

namespace cortexpr::application {

namespace {

/// What `train` notes in a model's file about how the model was trained.
struct training_notes {
    std::optional<int> steps;
    bool loss_all_steps = false;
};

/// \throws file_error  steps are needed from the file, and the file's is not a number
training_notes noted_in(const io::metadata_map& metadata, const std::string& model, bool needs_steps) {
    training_notes notes;
    notes.loss_all_steps = metadata.contains("loss") && metadata.at("loss") == "all steps";
    if (!needs_steps || !metadata.contains("steps")) return notes;
    const auto& text = metadata.at("steps");
    int steps = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), steps);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || steps < 1 || steps > most_steps)
        throw file_error(model, fmt::format("says that it was trained with {} steps, which is no number from 1 to {}; "
                                            "give --steps",
                                            io::shown_name(text), most_steps));
    notes.steps = steps;
    return notes;
}

/// Read once: it may be a pipe. \throws file_error
io::safetensors_file read_model(const std::string& model) {
    std::error_code ignored;
    if (std::filesystem::is_directory(model, ignored))
        throw file_error(model, fmt::format("is a folder; a run's model is {}",
                                            (std::filesystem::path(model) / "model.safetensors").string()));
    return io::read_safetensors(model);
}

}  // namespace

int test_command(const plan::network& network, const test_request& request) {
    const auto& settings = request.given.values;
    if (request.given.has("--threads")) {
        require_threads(settings.threads);
        at::set_num_threads(settings.threads);
    }
    const auto images = load_examples(request.make_data, settings.data, data::split::test, settings.test_limit);
    const auto model = read_model(request.model);
    const auto notes = noted_in(model.metadata(), request.model, !request.given.has("--steps") && !images.is_sequence());
    const int steps = steps_of(images, request.given, notes.steps.value_or(settings.steps));
    require_fit(network, images);
    network_module module(network, {.device = settings.device, .precision = precision_named(settings.precision)});
    module.load(model, request.model);
    if (!images.is_sequence() && !request.given.has("--steps") && !notes.steps)
        io::say(stderr, fmt::format("{}: {} doesn't say for how many steps it was trained; images are shown for {} "
                                    "(--steps)\n",
                                    request.program, request.model, steps));
    const auto result =
        evaluate(module, images,
                 {.steps = steps, .batch_size = settings.batch_size, .loss_all_steps = notes.loss_all_steps})
            .value();
    if (request.json) {
        const nlohmann::json report{{"program", request.program},       {"network", network.name},
                                    {"model", request.model},           {"data", images.source},
                                    {"test_images", images.count},      {"steps", steps},
                                    {"test_accuracy", result.accuracy}, {"test_loss", result.loss},
                                    {"seconds", result.seconds}};
        io::write_file(*request.json, report.dump(2) + '\n');
    }
    io::say(stdout, fmt::format("test accuracy {}, loss {:.4f}, {} {} of {}, {} steps, in {}\n",
                                percent(result.accuracy, 2), result.loss, grouped(images.count), kind_of(images),
                                images.source, steps, duration(result.seconds)));
    return 0;
}

}  // namespace cortexpr::application
