#include "commands.hpp"
#include "data_sets.hpp"
#include "numbers.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/train/trainer.hpp>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace cortexpr::application {

namespace {

/// The steps that a model was trained with, as `train` notes them in the file.
std::optional<int> noted_steps(const std::string& model) {
    const auto content = io::read_safetensors(model);
    const auto found = content.metadata().find("steps");
    if (found == content.metadata().end()) return std::nullopt;
    const auto& text = found->second;
    int steps = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), steps);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || steps < 1)
        throw file_error(model, fmt::format("was trained with '{}' steps, which is no number; give --steps", text));
    return steps;
}

}  // namespace

int test_command(const plan::network& network, const test_request& request) {
    if (request.threads) at::set_num_threads(*request.threads);
    const int steps = request.steps ? *request.steps : noted_steps(request.model).value_or(default_steps);
    const auto images = load_images(request.data, data::split::test, request.limit);
    require_fit(network, images);
    network_module module(network, {.device = request.device});
    module.load(request.model);
    const auto result = evaluate(module, images, steps, request.batch_size).value();
    if (request.json) {
        const nlohmann::json report{{"program", request.program},       {"network", network.name},
                                    {"model", request.model},           {"data", images.source},
                                    {"test_images", images.count},      {"steps", steps},
                                    {"test_accuracy", result.accuracy}, {"test_loss", result.loss},
                                    {"seconds", result.seconds}};
        io::write_file(*request.json, report.dump(2) + '\n');
    }
    fmt::print("test accuracy {}, loss {:.4f}, {} images of {} in {}\n", percent(result.accuracy, 2), result.loss,
               grouped(images.count), images.source, duration(result.seconds));
    return 0;
}

}  // namespace cortexpr::application
