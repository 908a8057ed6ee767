#include "../io/json_text.hpp"
#include "checks.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"
#include "run_report.hpp"
#include "saved_model.hpp"
#include "score.hpp"
#include "training_commands.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <vector>

namespace cortexpr::application {

namespace {

/// How many images of a class are taken for which one.
struct answers {
    std::span<const std::int64_t> counts;  ///< (classes, answers)
    int classes = 0, first_label = 0;

    std::span<const std::int64_t> of(int label) const {
        const auto width = static_cast<std::size_t>(classes);
        return counts.subspan(static_cast<std::size_t>(label) * width, width);
    }
    std::int64_t images(int label) const {
        std::int64_t sum = 0;
        for (const auto count : of(label)) sum += count;
        return sum;
    }
};

/// A row for each class; what is answered in columns.
std::string csv_of(const answers& all) {
    std::vector<io::csv_cell> header{std::string("class")};
    for (int label = 0; label < all.classes; ++label) header.emplace_back(std::int64_t{label + all.first_label});
    auto text = io::csv_row(header);
    for (int label = 0; label < all.classes; ++label) {
        std::vector<io::csv_cell> row{std::int64_t{label + all.first_label}};
        for (const auto count : all.of(label)) row.emplace_back(count);
        text += io::csv_row(row);
    }
    return text;
}

/// The accuracy of a class that isn't shown is null.
nlohmann::json classes_json(const answers& all) {
    auto classes = nlohmann::json::array();
    for (int label = 0; label < all.classes; ++label) {
        const auto images = all.images(label);
        const auto counts = all.of(label);
        const auto right = static_cast<double>(counts[static_cast<std::size_t>(label)]);
        classes.push_back({{"class", label + all.first_label},
                           {"images", images},
                           {"accuracy", images > 0 ? nlohmann::json(right / static_cast<double>(images)) : nullptr},
                           {"answers", std::vector(counts.begin(), counts.end())}});
    }
    return classes;
}

/// What a test found, and of what.
struct test_result {
    const trainable& network;
    const data::labelled_images& images;
    int steps;
    evaluation found;
    score measure = score_of(network.targets() > 0);

    double value() const { return measure.is_r2 ? mean_r2(found.fits) : found.accuracy; }
    answers by_class() const { return {found.confusion, images.classes, images.first_label}; }

    std::string text() const {
        return fmt::format("test {} {}, loss {:.4f}, {} {} of {}, {} steps, in {}\n{}", measure.name,
                           measure.text(value()), found.loss, grouped(images.count), kind_of(images), images.source,
                           steps, duration(found.seconds), fits_text(found.fits));
    }
    nlohmann::json numbers() const {
        nlohmann::json all{
            {"network", network.name()}, {"data", images.source},   {"test_images", images.count}, {"steps", steps},
            {measure.key, value()},      {"test_loss", found.loss}, {"seconds", found.seconds}};
        if (measure.is_r2)
            all["test_targets"] = json_of(found.fits);
        else
            all["test_classes"] = classes_json(by_class());
        return all;
    }
};

}  // namespace

int test_command(program_network& network, const test_request& request) {
    auto settings = request.given.values;
    for (const auto* file : {&request.json, &request.confusion})
        if (*file) require_writable(**file);
    if (request.given.has("--threads")) use_threads(settings.threads);
    const auto model = read_model(request.model);
    const training_notes notes(request.model, model.metadata());
    notes.normalise_as_trained(settings);
    const auto module = network.open(settings);
    if (request.confusion && module->targets() > 0)
        throw usage_error(
            fmt::format("{} fits targets and has no classes to confuse; leave --confusion out", module->name()));
    const auto images = load_examples({request.make_data, network.expected_images(), settings, notes.first_label()},
                                      data::split::test, settings.test_limit);
    const int steps = steps_of(images, request.given, notes, settings.steps);
    require_fit(*module, images);
    module->load(model, request.model);
    notes.say_what_is_open(request.program, shown_as(request.given, request.make_data, images, steps));
    const test_result result{*module, images, steps,
                             evaluate(*module, images,
                                      {.steps = steps,
                                       .batch_size = settings.batch_size,
                                       .loss_all_steps = notes.loss_all_steps(),
                                       .loss = notes.loss(),
                                       .target_deviations = notes.target_deviations(module->targets()),
                                       .confusion = true})};
    io::say(stdout, result.text());  // first, so that a file that can't be written leaves it on the screen
    if (request.confusion) io::write_file(*request.confusion, csv_of(result.by_class()));
    if (request.json) {
        auto report = result.numbers();
        report["program"] = request.program;
        report["model"] = request.model;
        io::write_file(*request.json, io::json_text(report, 2) + '\n');
    }
    return 0;
}

}  // namespace cortexpr::application
