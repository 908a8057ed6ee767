#include "../io/input_file.hpp"
#include "checks.hpp"
#include "commands.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"
#include "program_network.hpp"
#include "resources.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json.hpp>

#include <charconv>
#include <filesystem>
#include <system_error>

namespace cortexpr::application {

namespace {

/// Read once: it may be a pipe. \throws file_error
io::safetensors_file read_model(const std::string& model) {
    std::error_code ignored;
    if (std::filesystem::is_directory(model, ignored))
        throw file_error(model, fmt::format("is a folder; a run's model is {}",
                                            (std::filesystem::path(model) / "model.safetensors").string()));
    return io::read_safetensors(model);
}

/// What `train` notes in a model's file about how the model was trained.
class training_notes {
  public:
    training_notes(const std::string& model, const io::metadata_map& notes) : model_(model), notes_(notes) {}

    bool loss_all_steps() const { return text("loss") == "all steps"; }
    /// \throws file_error  as first_label: the note isn't a number
    std::optional<int> steps() const { return number("steps", "steps", "; give --steps", 1, most_steps); }
    std::optional<int> first_label() const { return number("first label", "as first label", "", 0, 1); }

    /// Where the command line doesn't say how to normalise, the notes do.
    void normalise_as_trained(run_settings& settings, bool is_from_files) const {
        const bool is_ours = notes_.contains("iterations");
        // Before these were noted, data in files were MNIST's.
        if (is_ours && !notes_.contains("mean") && is_from_files) {
            run_settings older;
            note_scale(older, data::mnist_scale);
            fill(settings, older.mean, older.deviation);
        } else {
            fill(settings, numbers("mean"), numbers("deviation"));
        }
    }

  private:
    static void fill(run_settings& settings, const std::string& mean, const std::string& deviation) {
        if (settings.mean.empty()) settings.mean = mean;
        if (settings.deviation.empty()) settings.deviation = deviation;
    }

    std::string text(const char* key) const { return notes_.contains(key) ? notes_.find(key)->second : ""; }

    std::string numbers(const char* key) const {
        const auto noted = text(key);
        if (!noted.empty() && numbers_in(noted).empty())
            throw file_error(
                model_, fmt::format("was trained with the {} '{}', which is no number; give --{}", key, noted, key));
        return noted;
    }

    std::optional<int> number(const char* key, const char* what, const char* advice, int least, int most) const {
        if (!notes_.contains(key)) return std::nullopt;
        const auto noted = text(key);
        int value = 0;
        const auto result = std::from_chars(noted.data(), noted.data() + noted.size(), value);
        if (result.ec != std::errc() || result.ptr != noted.data() + noted.size() || value < least || value > most)
            throw file_error(model_,
                             fmt::format("says that it was trained with {} {}, which is no number from {} to {}{}",
                                         io::shown_name(noted), what, least, most, advice));
        return value;
    }

    std::string model_;
    io::metadata_map notes_;
};

}  // namespace

int test_command(program_network& network, const test_request& request) {
    auto settings = request.given.values;
    if (request.given.has("--threads")) use_threads(settings.threads);
    const auto model = read_model(request.model);
    const training_notes notes(request.model, model.metadata());
    notes.normalise_as_trained(settings, request.make_data == nullptr);
    const auto module = network.open(settings);
    const auto images = load_examples({request.make_data, network.expected_images(), settings, notes.first_label()},
                                      data::split::test, settings.test_limit);
    const bool needs_steps = !request.given.has("--steps") && !images.is_sequence();
    const auto noted_steps = needs_steps ? notes.steps() : std::nullopt;
    const int steps = steps_of(images, request.given, noted_steps.value_or(settings.steps));
    require_fit(*module, images);
    module->load(model, request.model);
    if (needs_steps && !noted_steps)
        io::say(stderr, fmt::format("{}: {} doesn't say for how many steps it was trained; images are shown for {} "
                                    "(--steps)\n",
                                    request.program, request.model, steps));
    const auto result =
        evaluate(*module, images,
                 {.steps = steps, .batch_size = settings.batch_size, .loss_all_steps = notes.loss_all_steps()})
            .value();
    if (request.json) {
        const nlohmann::json report{{"program", request.program},       {"network", module->name()},
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
