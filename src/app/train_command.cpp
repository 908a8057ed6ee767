#include "commands.hpp"
#include "data_sets.hpp"
#include "interrupt.hpp"
#include "numbers.hpp"
#include "run_folder.hpp"
#include "run_report.hpp"
#include "training_view.hpp"

#include "../train/batch_loader.hpp"
#include "../train/run_json.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/plan/facts.hpp>
#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/view/progress.hpp>

#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/version.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace cortexpr::application {

namespace {

constexpr int interrupted_status = 128;  // + signal

/// All that a run depends on: from the command line, or from the checkpoint of the run that is continued.
struct run_settings {
    training_options options;
    std::string data{};
    initialisation how = initialisation::balanced;
    std::string device = "cpu";
    std::string precision = "float32";
    int threads = 0;
    std::optional<int> train_limit{}, test_limit{};
    std::string train_fingerprint{}, test_fingerprint{};  ///< of a run that is continued
};

/// What a checkpoint keeps beside the training options, as JSON text.
checkpoint_notes notes_of(const run_settings& settings) {
    nlohmann::json notes{{"data", settings.data.empty() ? "" : std::filesystem::absolute(settings.data).string()},
                         {"initialisation", name_of(settings.how)},
                         {"device", settings.device},
                         {"precision", settings.precision},
                         {"threads", settings.threads},
                         {"train_fingerprint", settings.train_fingerprint},
                         {"test_fingerprint", settings.test_fingerprint}};
    if (settings.train_limit) notes["train_limit"] = *settings.train_limit;
    if (settings.test_limit) notes["test_limit"] = *settings.test_limit;
    return {{"program", notes.dump()}};
}

std::optional<int> optional_number(const nlohmann::json& object, const char* name) {
    return object.contains(name) ? std::optional(object.at(name).get<int>()) : std::nullopt;
}

run_settings settings_of(const std::filesystem::path& checkpoint) {
    const auto head = read_checkpoint_head(checkpoint);
    run_settings settings;
    settings.options = head.options;
    try {
        const auto notes = nlohmann::json::parse(head.notes.at("program"));
        notes.at("data").get_to(settings.data);
        settings.how = notes.at("initialisation").get<std::string>() == name_of(initialisation::reference)
                           ? initialisation::reference
                           : initialisation::balanced;
        notes.at("device").get_to(settings.device);
        settings.precision = notes.value("precision", settings.precision);
        notes.at("threads").get_to(settings.threads);
        notes.at("train_fingerprint").get_to(settings.train_fingerprint);
        notes.at("test_fingerprint").get_to(settings.test_fingerprint);
        settings.train_limit = optional_number(notes, "train_limit");
        settings.test_limit = optional_number(notes, "test_limit");
    } catch (const std::exception& problem) {
        throw file_error(checkpoint.string(), fmt::format("lacks the program's settings ({})", problem.what()));
    }
    return settings;
}

/// A run that is continued keeps what decides its numbers; only how far it goes and where it runs may be said anew.
void require_unchanged(const train_request& request) {
    const auto refuse = [](const char* option, bool given) {
        if (given)
            throw usage_error(
                fmt::format("{} can't be given with --resume: a continued run keeps its settings", option));
    };
    refuse("--out", request.out.has_value());
    refuse("--batch", request.batch_size.has_value());
    refuse("--steps", request.steps.has_value());
    refuse("--lr", request.learning_rate.has_value());
    refuse("--seed", request.seed.has_value());
    refuse("--average", request.averaging.has_value());
    refuse("--warm-up", request.warm_up.has_value());
    refuse("--log-every", request.log_every.has_value());
    refuse("--loss-all-steps", request.loss_all_steps);
    refuse("--init", request.initialisation.has_value());
    refuse("--limit-train", request.train_limit.has_value());
    refuse("--limit-test", request.test_limit.has_value());
}

run_settings settings_of(const train_request& request) {
    run_settings settings;
    settings.data = request.data.value_or("");
    settings.train_limit = request.train_limit;
    settings.test_limit = request.test_limit;
    auto& options = settings.options;
    if (request.epochs) options.epochs = *request.epochs;
    if (request.batch_size) options.batch_size = *request.batch_size;
    if (request.steps) options.steps = *request.steps;
    if (request.learning_rate) options.learning_rate = *request.learning_rate;
    if (request.seed) options.seed = *request.seed;
    if (request.averaging) options.averaging = *request.averaging;
    if (request.warm_up) options.warm_up = *request.warm_up;
    if (request.log_every) options.log_every = *request.log_every;
    options.loss_all_steps = request.loss_all_steps;
    options.cuda_graph = request.cuda_graph;
    if (request.initialisation == name_of(initialisation::reference)) settings.how = initialisation::reference;
    if (request.device) settings.device = *request.device;
    if (request.precision) settings.precision = *request.precision;
    settings.threads = request.threads.value_or(at::get_num_threads());
    return settings;
}

/// A batch to fit the initialisation to: examples from all over the set, about as many images whether they are still
/// or frames.
at::Tensor sample_of(const data::labelled_images& examples, std::uint64_t seed, const network_module& network) {
    constexpr int most_images = 512, least_sequences = 64;
    const int most = examples.is_sequence() ? std::max(least_sequences, most_images / examples.frames) : most_images;
    constexpr std::uint64_t no_epoch = ~std::uint64_t{0};  // an order that no epoch has
    const auto order = data::shuffled_order(static_cast<std::uint32_t>(examples.count), seed, no_epoch);
    const auto chosen = std::span(order).first(std::min<std::size_t>(static_cast<std::size_t>(most), order.size()));
    return batch_loader(examples, most, network.device(), network.dtype()).load(chosen).images;
}

nlohmann::json settings_json(const run_settings& settings) {
    auto all = to_json(settings.options);
    all["initialisation"] = name_of(settings.how);
    all["device"] = settings.device;
    all["precision"] = settings.precision;
    all["cuda_graph"] = settings.options.cuda_graph;
    all["threads"] = settings.threads;
    all["data"] = settings.data;
    return all;
}

/// Metadata of the model's file: what one must know to run it, and nothing that differs between equal runs.
std::map<std::string, std::string> model_notes(const network_module& network, const run_settings& settings,
                                               const training_state& state) {
    return {{"format", "pt"},  // what Python's safetensors looks for
            {"network", std::string(network.plan().name)},
            {"steps", std::to_string(settings.options.steps)},
            {"loss", settings.options.loss_all_steps ? "all steps" : "last step"},
            {"seed", std::to_string(settings.options.seed)},
            {"iterations", std::to_string(state.iterations)}};
}

/// One training from its settings to its files.
class training_program {
  public:
    training_program(const plan::network& network, const train_request& request, run_settings settings,
                     std::optional<run_folder> resumed)
        : request_(request),
          settings_(std::move(settings)),
          train_(load_examples(request.make_data, settings_.data, data::split::train, settings_.train_limit)),
          test_(load_examples(request.make_data, settings_.data, data::split::test, settings_.test_limit)),
          resumed_(resumed.has_value()) {
        require_fit(network, train_);
        require_fit(network, test_);
        settings_.options.steps = steps_of(train_, request.steps, settings_.options.steps);
        note_fingerprints();
        at::set_num_threads(settings_.threads);
        module_ = std::make_shared<network_module>(network,
                                                   module_options{.device = settings_.device,
                                                                  .seed = settings_.options.seed,
                                                                  .precision = precision_named(settings_.precision)});
        if (settings_.options.cuda_graph) require_cuda_graph(*module_);
        if (resumed) state_ = load_checkpoint(resumed->checkpoint(), *module_);
        if (request.json) require_writable(*request.json);
        folder_ = resumed ? *resumed : new_run_folder(request.out, request.program);
    }

    int run() {
        announce();
        const interrupt_guard guard;
        if (!resumed_) initialise_network();
        curves_file curves(folder_.curves(), state_.log);
        training_view view(settings_.options.epochs, kind_of(train_), curves,
                           [this](const training_state&) { save(); });
        const auto end = train(*module_, train_, test_, settings_.options, view, state_);
        save();
        write_summary(end);
        return end == training_end::finished ? say_finished() : say_interrupted();
    }

  private:
    void note_fingerprints() {
        const auto train = fingerprint(train_), test = fingerprint(test_);
        if (!settings_.train_fingerprint.empty() &&
            (settings_.train_fingerprint != train || settings_.test_fingerprint != test))
            throw usage_error(fmt::format("the images in {} are not those that this run began with",
                                          request_.make_data != nullptr ? train_.source : settings_.data));
        settings_.train_fingerprint = train;
        settings_.test_fingerprint = test;
    }

    void announce() const {
        fmt::print(stderr, "{}: {} parameters; {} training {}, {} test {}; {}, {}; seed {}; results in {}\n",
                   module_->plan().name, grouped(plan::parameter_count(module_->plan())), grouped(train_.count),
                   kind_of(train_), grouped(test_.count), kind_of(test_), settings_.device,
                   settings_.threads == 1 ? "1 thread" : fmt::format("{} threads", settings_.threads),
                   settings_.options.seed, folder_.path.string());
        if (resumed_) fmt::print(stderr, "continues after {} epochs and {} batches\n", state_.epochs, state_.batches);
    }

    void initialise_network() {
        const double start = view::monotonic_seconds();
        initialise(*module_, settings_.how, settings_.options.seed, sample_of(train_, settings_.options.seed, *module_),
                   settings_.options.steps);
        initialisation_seconds_ = view::monotonic_seconds() - start;
    }

    void save() const {
        save_checkpoint(folder_.checkpoint(), *module_, settings_.options, state_, notes_of(settings_));
        const averaged_parameters tested(*module_, state_);
        module_->save(folder_.model().string(), model_notes(*module_, settings_, state_));
        write_plot(folder_.plot(), state_.log,
                   fmt::format("{}, {} initialisation, seed {}", module_->plan().name, name_of(settings_.how),
                               settings_.options.seed));
    }

    void write_summary(training_end end) const {
        auto summary = nlohmann::json{{"program", request_.program},
                                      {"network", module_->plan().name},
                                      {"parameters", plan::parameter_count(module_->plan())},
                                      {"versions", {{"cortexpr", version}, {"libtorch", TORCH_VERSION}}},
                                      {"settings", settings_json(settings_)},
                                      {"train_images", train_.count},
                                      {"test_images", test_.count},
                                      {"finished", end == training_end::finished},
                                      {"iterations", state_.iterations},
                                      {"initialisation_seconds", initialisation_seconds_},
                                      {"files",
                                       {{"model", folder_.model().string()},
                                        {"checkpoint", folder_.checkpoint().string()},
                                        {"curves", folder_.curves().string()},
                                        {"plot", folder_.plot().string()}}}};
        add_results(summary, state_.log);
        const auto text = summary.dump(2) + '\n';
        io::write_file(folder_.summary(), text);
        if (request_.json) io::write_file(*request_.json, text);
    }

    int say_finished() const {
        fmt::print("test accuracy {} on {} {}\nmodel   {}\ncurves  {}\nplot    {}\n",
                   percent(state_.log.epochs.back().test_accuracy, 2), grouped(test_.count), kind_of(test_),
                   folder_.model().string(), folder_.curves().string(), folder_.plot().string());
        return 0;
    }

    int say_interrupted() const {
        fmt::print("interrupted after {} iterations; the model is in {}, and {} train --resume {} continues\n",
                   state_.iterations, folder_.model().string(), request_.program, folder_.path.string());
        return interrupted_status + interrupt_guard::signal();
    }

    const train_request& request_;
    run_settings settings_;
    data::labelled_images train_, test_;
    bool resumed_;
    std::shared_ptr<network_module> module_;
    training_state state_;
    run_folder folder_;
    double initialisation_seconds_ = 0;
};

}  // namespace

int train_command(const plan::network& network, const train_request& request) {
    if (!request.resume) return training_program(network, request, settings_of(request), std::nullopt).run();
    require_unchanged(request);
    const auto folder = existing_run_folder(*request.resume);
    auto settings = settings_of(folder.checkpoint());
    if (request.epochs) settings.options.epochs = *request.epochs;
    if (request.data) settings.data = *request.data;
    if (request.device) settings.device = *request.device;
    if (request.precision) settings.precision = *request.precision;
    settings.options.cuda_graph = request.cuda_graph;
    if (request.threads) settings.threads = *request.threads;
    return training_program(network, request, std::move(settings), folder).run();
}

}  // namespace cortexpr::application
