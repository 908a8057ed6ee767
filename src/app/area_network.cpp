// A network of areas, for the commands.

#include "perturbation_options.hpp"
#include "program_network.hpp"
#include "saved_model.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/onnx/write.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/workbench/report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr::application {

namespace {

/// Three digits, or as many as tell it from 1, where stability ends.
std::string gain_text(double gain) {
    std::string text;
    for (int digits = 3; digits <= 17 && (text.empty() || (text == "1" && gain != 1)); ++digits)
        text = fmt::format("{:.{}g}", gain, digits);
    return text;
}

class area_network final : public program_network {
  public:
    explicit area_network(const plan::network& network) : network_(network) {}

    std::shared_ptr<trainable> open(const run_settings& settings) override {
        module_ = std::make_shared<network_module>(
            network_,
            module_options{
                .device = settings.device, .seed = settings.seed, .precision = precision_named(settings.precision)});
        return module_;
    }

    workbench::any_network probed(trainable& opened) const override { return dynamic_cast<network_module&>(opened); }

    data::expected_images expected_images() const override {
        const auto& input = network_.areas.front().input;
        return {.channels = input.channels,
                .height = input.height,
                .width = input.width,
                .classes = network_.is_classifier() ? network_.readout.classes : 0,
                .targets = network_.is_regressor() ? network_.readout.classes : 0};
    }

    void require_memory(const run_size& size) const override { application::require_memory(network_, size); }

    std::string start(const run_settings& settings) const override {
        return fmt::format("{} initialisation", settings.initialisation);
    }
    std::string initialisation(const run_settings& settings) const override {
        return fmt::format("fitting the {} initialisation", settings.initialisation);
    }
    void initialise(const run_settings& settings, const data::labelled_images& examples, int steps) override {
        module_->perturb(std::vector<perturbation>());
        cortexpr::initialise(*module_, initialisation_named(settings.initialisation), settings.seed, examples, steps);
        perturb(settings);
    }
    void perturb(const run_settings& settings) override {
        const auto all = perturbations_in(*module_, settings.perturbations);
        for (const auto& one : all)
            if (!one.where.images.empty())
                throw usage_error(
                    fmt::format("\"{}\" names images, which training shuffles into batches; leave '#' out",
                                settings.perturbations));
        module_->perturb(all);
    }

    /// Fewer features than classes hold too little to tell them apart.
    std::vector<std::string> advice() const override {
        const auto& head = network_.readout;
        const auto& map = network_.areas.back().output;
        if (head.features >= head.classes || map.positions() == 1) return {};
        return {fmt::format(
            "the readout {} by {} features; {} gives it more of the map of {} x {}",
            head.is_regressor ? fmt::format("fits {} targets", head.classes)
                              : fmt::format("tells {} classes apart", head.classes),
            head.features,
            fmt::format("readout_pool<pool_mode::average, {}, {}>", std::min(7, map.height), std::min(7, map.width)),
            map.height, map.width)};
    }

    void write_onnx(const std::string& file, int steps,
                    const std::map<std::string, std::string>& notes) const override {
        const bool is_of_sequences = training_notes(file, {notes.begin(), notes.end()}).is_of_sequences();
        cortexpr::write_onnx(file, *module_, {.steps = steps, .sequence = is_of_sequences, .notes = notes});
    }

    network_health health(const data::labelled_images& examples, int steps) override {
        return cortexpr::health(*module_, examples, steps);
    }
    std::vector<std::string> complaints(const network_health& found) const override {
        return cortexpr::complaints(network_, found);
    }
    std::vector<std::string> type_titles() const override { return {"area", "neuron type"}; }
    std::vector<std::string> type_names(int index) const override {
        const auto& type = network_.types[static_cast<std::size_t>(index)];
        return {std::string(network_.areas[static_cast<std::size_t>(type.area)].name), std::string(type.name)};
    }

    std::string report_page(const run_settings&, const std::filesystem::path& run,
                            const std::vector<std::filesystem::path>& beside) const override {
        return workbench::report_page(network_, run, beside);
    }
    std::string_view name() const override { return network_.name; }

    std::string loops(const data::labelled_images& examples, int steps) override {
        const auto found = cortexpr::loops(*module_, examples, steps);
        auto text = fmt::format("loops: a disturbance grows by {} in a step, so the network is {}\n",
                                gain_text(found.gain), found.is_stable() ? "stable" : "not stable");
        if (found.without_inhibition)
            text +=
                fmt::format("with inhibition held it grows by {}: {}\n", gain_text(*found.without_inhibition),
                            found.is_inhibition_stabilised() ? "inhibition-stabilised" : "not inhibition-stabilised");
        return text;
    }

  private:
    const plan::network& network_;
    std::shared_ptr<network_module> module_;
};

}  // namespace

std::unique_ptr<program_network> network_of_areas(const plan::network& network) {
    return std::make_unique<area_network>(network);
}

}  // namespace cortexpr::application
