#include "../io/json_text.hpp"
#include "checks.hpp"
#include "commands.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"
#include "run_report.hpp"
#include "saved_model.hpp"
#include "score.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json.hpp>

namespace cortexpr::application {

int test_command(program_network& network, const test_request& request) {
    auto settings = request.given.values;
    if (request.json) require_writable(*request.json);
    if (request.given.has("--threads")) use_threads(settings.threads);
    const auto model = read_model(request.model);
    const training_notes notes(request.model, model.metadata());
    notes.normalise_as_trained(settings);
    const auto module = network.open(settings);
    const auto images = load_examples({request.make_data, network.expected_images(), settings, notes.first_label()},
                                      data::split::test, settings.test_limit);
    const bool needs_steps = !request.given.has("--steps") && !images.is_sequence();
    const auto noted_steps = needs_steps ? notes.steps() : std::nullopt;
    const int steps = steps_of(images, request.given, noted_steps.value_or(settings.steps));
    require_fit(*module, images);
    module->load(model, request.model);
    notes.say_what_is_open(request.program, {.given = request.given,
                                             .steps = steps,
                                             .takes_steps = !images.is_sequence(),
                                             .is_normalised = is_normalised(request.make_data, images)});
    const auto result = evaluate(*module, images,
                                 {.steps = steps,
                                  .batch_size = settings.batch_size,
                                  .loss_all_steps = notes.loss_all_steps(),
                                  .loss = notes.loss(),
                                  .target_deviations = notes.target_deviations(module->targets())});
    const auto measure = score_of(module->targets() > 0);
    const double score = measure.is_r2 ? mean_r2(result.fits) : result.accuracy;
    // First, so that a file that can't be written leaves the result on the screen.
    io::say(stdout, fmt::format("test {} {}, loss {:.4f}, {} {} of {}, {} steps, in {}\n{}", measure.name,
                                measure.text(score), result.loss, grouped(images.count), kind_of(images), images.source,
                                steps, duration(result.seconds), fits_text(result.fits)));
    if (request.json) {
        nlohmann::json report{{"program", request.program}, {"network", module->name()},   {"model", request.model},
                              {"data", images.source},      {"test_images", images.count}, {"steps", steps},
                              {measure.key, score},         {"test_loss", result.loss},    {"seconds", result.seconds}};
        if (measure.is_r2) report["test_targets"] = json_of(result.fits);
        io::write_file(*request.json, io::json_text(report, 2) + '\n');
    }
    return 0;
}

}  // namespace cortexpr::application
