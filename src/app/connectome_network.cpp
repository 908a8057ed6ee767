// A connectome, for the commands.

#include "circuit_settings.hpp"
#include "perturbation_options.hpp"
#include "program_network.hpp"

#include <cortexpr/module/connectome_files.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/workbench/report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace cortexpr::application {

namespace {

class connectome_network final : public program_network {
  public:
    connectome_network(const plan::connectome& network, const app_options& options)
        : network_(network), options_(options) {}

    std::shared_ptr<trainable> open(const run_settings& settings) override {
        module_ = std::make_shared<connectome_module>(
            network_, load_circuit(network_, options_, settings),
            connectome_options{.device = settings.device, .seed = settings.seed, .weights = start_of(settings)});
        return module_;
    }

    workbench::any_network probed(trainable& opened) const override { return dynamic_cast<connectome_module&>(opened); }

    data::expected_images expected_images() const override {
        return {.inputs = static_cast<int>(module_->input_size()),
                .classes = module_->classes(),
                .targets = module_->targets()};
    }

    void require_memory(const run_size& size) const override {
        const auto saved = static_cast<double>(plan::saved_bytes_of(module_->size(), size.steps)) * size.batch;
        application::require_memory(size.needs_gradient ? saved : 0, size);
    }

    std::string start(const run_settings& settings) const override {
        return start_of(settings) == starting_weights::as_in_the_file ? "weights as in the file"
                                                                      : "weights by total input";
    }
    std::string initialisation(const run_settings& settings) const override {
        return fmt::format("{} cells of {} types, {} synapses; {}", module_->cell_count(), network_.types.size(),
                           module_->synapse_count(), start(settings));
    }
    void initialise(const run_settings& settings, const data::labelled_images& examples, int) override {
        module_->perturb(connectome_request());
        start_at_targets(*module_, examples);  // it is opened with all else of its start
        perturb(settings);
    }
    void perturb(const run_settings& settings) override {
        module_->perturb(workbench::with_perturbations(*module_, perturbations_in(*module_, settings.perturbations)));
    }

    void write_onnx(const std::string& file, int, const std::map<std::string, std::string>&) const override {
        throw usage_error(fmt::format("{}: a connectome isn't written as ONNX, which has no sparse recurrence", file));
    }

    std::string report_page(const run_settings& settings, const std::filesystem::path& run,
                            const std::vector<std::filesystem::path>& beside) const override {
        return workbench::report_page(network_, load_circuit(network_, options_, settings), run, beside);
    }
    std::string_view name() const override { return network_.name; }

    network_health health(const data::labelled_images& examples, int steps) override {
        return cortexpr::health(*module_, examples, steps);
    }
    std::vector<std::string> complaints(const network_health& found) const override {
        return cortexpr::complaints(*module_, found);
    }
    std::vector<std::string> type_titles() const override { return {"cell type"}; }
    std::vector<std::string> type_names(int type) const override {
        return {std::string(network_.types[static_cast<std::size_t>(type)].name)};
    }

  private:
    static starting_weights start_of(const run_settings& settings) {
        return value_named<starting_weights>(settings.starting_weights, "way to start weights");
    }

    const plan::connectome& network_;
    const app_options& options_;
    std::shared_ptr<connectome_module> module_;
};

/// By the name of the option that is missing.
void require_projection(const plan::connectome& network, const plan::projection& declared,
                        const std::filesystem::path& file, std::string_view part) {
    if (declared.kind == projection_kind::sparse && file.empty())
        throw usage_error(
            fmt::format("{} declares a sparse {}, but is given no synapses for it; give their file with --{}-synapses "
                        "FILE",
                        network.name, part, part));
}

/// The program's own files may have been left behind where it was copied or moved.
void require_own_files(const circuit::files& files, const app_options& options) {
    std::error_code ignored;
    if (files.synapses != options.files.synapses || std::filesystem::exists(files.synapses, ignored)) return;
    throw usage_error(
        fmt::format("no connectome: {} isn't there; give the files of synapses and cells with --synapses FILE and "
                    "--cells FILE",
                    files.synapses.string()));
}

/// What is shown of a graph has the classes that only the declaration says, too.
void say_declared_classes(circuit::neurons& neurons, const plan::connectome& network) {
    if (!neurons.classes.empty()) return;
    std::vector<neuron_class> of_types;
    for (const auto& name : neurons.type_names) {
        const auto type = std::ranges::find(network.types, std::string_view(name),
                                            [](const auto& one) { return std::string_view(one.name); });
        if (type == network.types.end()) return;
        of_types.push_back(type->kind);
    }
    for (const auto type : neurons.types) neurons.classes.push_back(of_types[static_cast<std::size_t>(type)]);
}

}  // namespace

std::unique_ptr<program_network> network_of_cells(const plan::connectome& network, const app_options& options) {
    return std::make_unique<connectome_network>(network, options);
}

connectome_data load_circuit(const plan::connectome& network, const app_options& options, const run_settings& settings,
                             circuit::report* found) {
    if (options.make_circuit != nullptr) {
        connectome_data made{.graph = options.make_circuit()};
        say_declared_classes(made.graph.neurons, network);
        return made;
    }
    const auto files = files_of(settings, options);
    require_own_files(files, options);
    require_projection(network, network.stimulus, files.stimulus_synapses, "stimulus");
    require_projection(network, network.output, files.output_synapses, "output");
    auto data = load_connectome(network, files, found);
    say_declared_classes(data.graph.neurons, network);
    return data;
}

}  // namespace cortexpr::application
