#include "../io/json_text.hpp"
#include "data_sets.hpp"
#include "interrupt.hpp"
#include "profile.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"
#include "run_report.hpp"
#include "saved_model.hpp"
#include "score.hpp"
#include "settings_record.hpp"
#include "training_announcements.hpp"
#include "training_commands.hpp"
#include "training_view.hpp"
#include "version.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/view/progress.hpp>

#include <ATen/Parallel.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/version.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

/// Metadata of the model's file: what one must know to run it, and nothing that differs between equal runs.
std::map<std::string, std::string> model_notes(const trainable& network, const run_settings& settings,
                                               const training_state& state, const data::labelled_images& train,
                                               loss_kind loss) {
    std::map<std::string, std::string> notes{
        {"format", "pt"},  // what Python's safetensors looks for
        {"network", network.name()},
        {model_note::steps, std::to_string(settings.steps)},
        {model_note::loss_steps, settings.loss_all_steps ? model_note::all_steps : model_note::last_step},
        {model_note::loss, std::string(name_of(loss))},
        {model_note::mean, settings.mean},
        {model_note::deviation, settings.deviation},
        {model_note::first_label, std::to_string(train.first_label)},
        {"seed", std::to_string(settings.seed)},
        {"iterations", std::to_string(state.iterations)}};
    if (train.is_sequence()) notes[model_note::shown] = model_note::sequences;
    if (!settings.perturbations.empty()) notes[model_note::perturbed] = settings.perturbations;
    if (!train.has_targets()) return notes;
    std::vector<double> deviations;  // the units of the loss
    for (const auto& target : data::measured_targets(train)) deviations.push_back(target.standard_deviation);
    notes.erase(model_note::first_label);
    notes[model_note::target_deviations] = fmt::format("{}", fmt::join(deviations, ","));
    return notes;
}

/// One training from its settings to its files.
class training_run {
  public:
    training_run(program_network& network, const train_request& request, run_settings settings, run_folder folder,
                 checkpoint_pair checkpoints)
        : network_(network),
          request_(request),
          settings_(std::move(settings)),
          folder_(std::move(folder)),
          module_(network.open(settings_)),
          measure_(score_of(module_->targets() > 0)),
          train_(load_training_split()),
          test_(load_test_split()),
          resumed_(request.resume.has_value()),
          checkpoints_(std::move(checkpoints)) {
        network.perturb(settings_);
        require_fit(*module_, train_);
        require_fit(*module_, test_);
        settings_.steps = steps_of(train_, request.given, settings_.steps);
        note_fingerprints();
        settings_.loss = loss();
        require_options(*module_, settings_, train_);
        if (module_->device().is_cpu())
            network.require_memory({.steps = settings_.steps,
                                    .batch = std::min(settings_.batch_size, train_.count),
                                    .is_sequence = train_.is_sequence(),
                                    .needs_gradient = true});
        use_threads(settings_.threads);
        if (settings_.cuda_graph) require_cuda_graph(*module_);
        if (resumed_) state_ = load_checkpoint(checkpoints_.file(), *module_);
        require_sound_request();
    }

    int run() {
        interrupt_guard guard;  // before the first line, whose reader may have gone
        say_.begin(origin(), checkpoints_.passed_over(), resumed_ ? &state_ : nullptr);
        if (!resumed_ && !initialise_network()) return interrupted_status + interrupt_guard::signal();
        folder_.require_own();
        io::write_file(folder_.settings(), to_toml(settings_, origin(), request_.program));
        curve_files curves(folder_, state_.log, settings_.tensorboard, measure_);
        training_view view(settings_.epochs, kind_of(train_), measure_, curves, [this](const training_state&) {
            save();
            say_.look_at_score(state_.log.epochs.back());
            if (!request_.profile) say_.look_at_network();  // which is no part of training
        });
        const auto end = learn(view);
        save();
        guard.stop_noting();  // what is written from here on may be a pipe that waits for its reader
        return finish(end);
    }

  private:
    /// What is asked for beside the settings. \throws usage_error
    void require_sound_request() const {
        if (settings_.epochs < state_.epochs)
            throw usage_error(fmt::format("{} epochs are done already; give --epochs {} or more, or leave it out",
                                          state_.epochs, state_.epochs));
        if (request_.settings && is_same_file(*request_.settings, folder_.settings()))
            throw usage_error(fmt::format("{} is where this run writes its settings; choose another --out",
                                          folder_.settings().string()));
        for (const auto& file : {request_.json, request_.profile}) {
            if (!file) continue;
            folder_.require_not_of_run(*file);
            require_writable(*file);
        }
        if (request_.profile) require_profile_folder(*request_.profile);
    }

    /// What can't be written costs nothing of the rest, and is told last.
    int finish(training_end end) {
        std::exception_ptr problem;
        const auto attempt = [&problem](const auto& action) {
            try {
                action();
            } catch (const std::exception&) {
                if (!problem) problem = std::current_exception();
            }
        };
        const auto summary = summary_text(end);
        attempt([&] { io::write_file(folder_.summary(), summary); });
        if (profile_) {
            io::say(stdout, profile_->table());
            attempt([&] {
                profile_->write();
                io::say(stdout, fmt::format("trace   {}\n", *request_.profile));
            });
        }
        attempt([&] {
            if (request_.json) io::write_file(*request_.json, summary);
        });
        if (end == training_end::finished) {
            say_.finished(state_, *kept());
        } else {
            say_.interrupted(state_);
        }
        std::fflush(stdout);  // while a reader that went away is ignored
        if (problem) std::rethrow_exception(problem);
        return end == training_end::finished ? 0 : interrupted_status + interrupt_guard::signal();
    }

    /// The test split and a continued run are normalised as this one.
    data::labelled_images load_training_split() {
        auto limit = settings_.train_limit;
        if (settings_.overfit_batch) limit = std::min(limit.value_or(settings_.batch_size), settings_.batch_size);
        auto images =
            load_examples({request_.make_data, network_.expected_images(), settings_}, data::split::train, limit);
        note_scale(settings_, images.scale);
        return images;
    }

    data::labelled_images load_test_split() {
        if (settings_.overfit_batch) return train_;
        return load_examples({request_.make_data, network_.expected_images(), settings_, train_.first_label},
                             data::split::test, settings_.test_limit);
    }

    training_end learn(training_view& view) {
        std::optional<torch::autograd::DetectAnomalyGuard> anomalies;
        if (request_.detects_anomalies) anomalies.emplace(/*check_nan=*/true);
        if (request_.profile) profile_.emplace(*request_.profile, module_->device());
        const auto end = train(*module_, train_, test_, settings_, view, state_);
        if (profile_) profile_->stop();
        return end;
    }

    run_origin origin() const {
        run_origin all{{"cortexpr", version},
                       {"libtorch", TORCH_VERSION},
                       {"program", request_.program},
                       {"network", module_->name()},
                       {"declaration", module_->fingerprint()},
                       {training_announcements::wiring, module_->wiring()},
                       {"train_data", settings_.train_fingerprint},
                       {"test_data", settings_.test_fingerprint}};
        std::erase_if(all, [](const auto& one) { return one.second.empty(); });
        return all;
    }

    void note_fingerprints() {
        const auto train = fingerprint(train_), test = fingerprint(test_);
        if (!settings_.train_fingerprint.empty() &&
            (settings_.train_fingerprint != train || settings_.test_fingerprint != test))
            throw usage_error(fmt::format("the images in {} are not those that this run began with",
                                          request_.make_data != nullptr ? train_.source : settings_.data));
        settings_.train_fingerprint = train;
        settings_.test_fingerprint = test;
    }

    /// False where a signal has ended it.
    bool initialise_network() {
        say_.look_at_start();
        const double start = view::monotonic_seconds();
        try {
            const computation_guard ended_by_signals;
            network_.initialise(settings_, train_, settings_.steps);
        } catch (const interrupted&) {
            say_.interrupted_at_once();
            return false;
        }
        initialisation_seconds_ = view::monotonic_seconds() - start;
        say_.look_at_network();
        return true;
    }

    loss_kind loss() const { return settings_.loss.value_or(usual_loss(module_->targets() > 0)); }

    void save() {
        folder_.require_own();
        checkpoints_.save(*module_, settings_, state_, notes_of(settings_));
        const averaged_parameters tested(*module_, state_.kept());
        module_->save(folder_.model().string(), model_notes(*module_, settings_, state_, train_, loss()));
        write_plot(folder_.plot(), state_.log,
                   fmt::format("{}, {}, seed {}", module_->name(), network_.start(settings_), settings_.seed),
                   title_of(loss(), measure_.is_r2), measure_);
    }

    std::string summary_text(training_end end) const {
        auto summary = nlohmann::json{{"program", request_.program},
                                      {"network", module_->name()},
                                      {"parameters", count_of_numbers(*module_)},
                                      {"versions", {{"cortexpr", version}, {"libtorch", TORCH_VERSION}}},
                                      {"settings", to_json(settings_)},
                                      {"train_images", train_.count},
                                      {"test_images", test_.count},
                                      {"finished", end == training_end::finished},
                                      {"iterations", state_.iterations},
                                      {"initialisation_seconds", initialisation_seconds_},
                                      {"files",
                                       {{"model", folder_.model().string()},
                                        {"checkpoint", folder_.checkpoint().string()},
                                        {"settings", folder_.settings().string()},
                                        {"curves", folder_.curves().string()},
                                        {"plot", folder_.plot().string()}}}};
        add_results(summary, state_.log, kept(), measure_);
        return io::json_text(summary, 2) + '\n';
    }

    const epoch_record* kept() const { return kept_epoch(state_.log, settings_.keep_best); }

    program_network& network_;
    const train_request& request_;
    run_settings settings_;
    run_folder folder_;  // before all that takes time: it is this run's from the start
    std::shared_ptr<trainable> module_;
    score measure_;
    data::labelled_images train_, test_;
    bool resumed_;
    checkpoint_pair checkpoints_;
    training_state state_;
    std::optional<profile> profile_;
    double initialisation_seconds_ = 0;
    training_announcements say_{{network_, request_, settings_, folder_, *module_, measure_, train_, test_}};
};

}  // namespace

void read_given_settings(train_request& request) {
    std::vector<setting_value> of_command_line, of_file;
    for (const auto& text : request.assignments) of_command_line.push_back(setting_in(text));
    if (request.settings) {
        auto file = read_settings(*request.settings);
        of_file = std::move(file.settings);
        request.origin = std::move(file.origin);
    }
    try {
        apply(request.given, of_command_line, of_file);
    } catch (const usage_error& problem) {
        const auto network = request.origin.find("network");
        if (network == request.origin.end()) throw;
        throw usage_error(fmt::format("{} (these are the settings of a run of {})", problem.what(), network->second));
    }
}

int train_command(program_network& network, const train_request& request) {
    if (request.resume) {
        if (request.settings)
            throw usage_error("--settings can't be given with --resume: a continued run keeps its settings");
        if (request.out) throw usage_error("--out can't be given with --resume: a continued run keeps its settings");
        require_changeable(request.given);
        auto folder = run_folder::continued(*request.resume);
        auto checkpoints = checkpoint_pair::found(folder.checkpoint());
        if (const auto of = read_checkpoint_head(checkpoints.file()).network; of != network.name())
            throw file_error(*request.resume,
                             fmt::format("is a run of {}, and this program's network is {}; continue it "
                                         "with the program that began it",
                                         of, network.name()));
        auto settings = settings_of(checkpoints.file(), request.given.values.family);
        change(settings, request.given);
        return training_run(network, request, std::move(settings), std::move(folder), std::move(checkpoints)).run();
    }
    auto settings = request.given.values;
    if (!request.given.has("--threads")) settings.threads = at::get_num_threads();
    auto folder = run_folder::make(request.out, request.program);
    checkpoint_pair checkpoints(folder.checkpoint());
    return training_run(network, request, std::move(settings), std::move(folder), std::move(checkpoints)).run();
}

}  // namespace cortexpr::application
