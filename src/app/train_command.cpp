#include "../io/json_text.hpp"
#include "data_sets.hpp"
#include "interrupt.hpp"
#include "numbers.hpp"
#include "profile.hpp"
#include "program_network.hpp"
#include "resources.hpp"
#include "run_folder.hpp"
#include "run_report.hpp"
#include "saved_model.hpp"
#include "score.hpp"
#include "settings_record.hpp"
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
#include <cmath>
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

constexpr const char* wiring = "wiring";  ///< in the origin of a file of settings

/// One training from its settings to its files.
class training_program {
  public:
    training_program(program_network& network, const train_request& request, run_settings settings, run_folder folder,
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
        if (settings_.epochs < state_.epochs)
            throw usage_error(fmt::format("{} epochs are done already; give --epochs {} or more, or leave it out",
                                          state_.epochs, state_.epochs));
        if (request.settings && is_same_file(*request.settings, folder_.settings()))
            throw usage_error(fmt::format("{} is where this run writes its settings; choose another --out",
                                          folder_.settings().string()));
        for (const auto& file : {request.json, request.profile}) {
            if (!file) continue;
            folder_.require_not_of_run(*file);
            require_writable(*file);
        }
        if (request.profile) require_profile_folder(*request.profile);
    }

    int run() {
        interrupt_guard guard;  // before the first line, whose reader may have gone
        announce();
        if (!resumed_ && !initialise_network()) return interrupted_status + interrupt_guard::signal();
        folder_.require_own();
        io::write_file(folder_.settings(), to_toml(settings_, origin(), request_.program));
        curve_files curves(folder_, state_.log, settings_.tensorboard, measure_);
        training_view view(settings_.epochs, kind_of(train_), measure_, curves, [this](const training_state&) {
            save();
            look_at_score();
            if (!request_.profile) look_at_network();  // which is no part of training
        });
        const auto end = learn(view);
        save();
        guard.stop_noting();  // what is written from here on may be a pipe that waits for its reader
        return finish(end);
    }

  private:
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
        const int status = end == training_end::finished ? say_finished() : say_interrupted();
        std::fflush(stdout);  // while a reader that went away is ignored
        if (problem) std::rethrow_exception(problem);
        return status;
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
                       {wiring, module_->wiring()},
                       {"train_data", settings_.train_fingerprint},
                       {"test_data", settings_.test_fingerprint}};
        std::erase_if(all, [](const auto& one) { return one.second.empty(); });
        return all;
    }

    std::string duration_shown(const data::labelled_images& examples) const {
        const int steps = examples.is_sequence() ? examples.frames : settings_.steps;
        return fmt::format("{} of {} step{}", examples.is_sequence() ? "sequences" : "still images", steps,
                           steps == 1 ? "" : "s");
    }

    void look_at_classes() const {
        std::vector<int> missing;
        for (int label = 0; label < train_.classes; ++label)
            if (std::ranges::find(train_.labels, label) == train_.labels.end())
                missing.push_back(label + train_.first_label);
        if (!missing.empty())
            note("warning: {} has no example of class {}, which is left out of the balance\n", train_.source,
                 fmt::join(missing, ", "));
    }

    /// A line for each thing by which this run differs from the one that it repeats.
    void look_at_origin() const {
        if (!request_.settings) return;
        auto here = origin();
        const auto noted = request_.origin.find(wiring);
        const auto other = module_->difference_from(noted == request_.origin.end() ? "" : noted->second);
        if (!other.empty()) {
            note("warning: the run that wrote {} began with {}; it may end with other numbers\n", *request_.settings,
                 other);
            here.erase("declaration");  // of which a wiring is part
        }
        here.erase(wiring);
        for (const auto& [what, value] : request_.origin)
            if (const auto found = here.find(what); found != here.end() && found->second != value)
                note("warning: the run that wrote {} had {} {}, this one has {}; it may end with other numbers\n",
                     *request_.settings, what, value, found->second);
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

    template <class... Values>
    static void note(fmt::format_string<Values...> text, Values&&... values) {
        io::say(stderr, fmt::format(text, std::forward<Values>(values)...));
    }

    void announce() const {
        note("{}: {} parameters; {} training {}, {} test {}; {}, {}; seed {}; results in {}\n", module_->name(),
             grouped(count_of_numbers(*module_)), grouped(train_.count), kind_of(train_), grouped(test_.count),
             kind_of(test_), settings_.device,
             settings_.threads == 1 ? "1 thread" : fmt::format("{} threads", settings_.threads), settings_.seed,
             folder_.path().string());
        if (!checkpoints_.passed_over().empty()) note("warning: {}\n", checkpoints_.passed_over());
        if (train_.frames != test_.frames)
            note("warning: training shows {}, the test {}\n", duration_shown(train_), duration_shown(test_));
        if (settings_.balance_classes) look_at_classes();
        if (resumed_ && !settings_.tensorboard && std::filesystem::exists(folder_.events()))
            note("{} ends here, since --tensorboard is off\n", folder_.events().string());
        if (resumed_) note("continues after {} epochs and {} batches\n", state_.epochs, state_.batches);
        look_at_origin();
    }

    /// A line for each fault of the network, of which a user would otherwise learn by a wasted training.
    void look_at_network() {
        if (!settings_.perturbations.empty()) return;  // what is silent may be meant to be
        for (const auto& fault : network_.complaints(network_.health(train_, settings_.steps)))
            note(
                "warning: {}; {} check shows rates and gradients; more --steps, a smaller --lr or another wiring may "
                "help\n",
                fault, request_.program);
    }

    void look_at_score() const {
        const auto& last = state_.log.epochs.back();
        if (measure_.is_r2) {
            if (measure_.of(last) <= 0)
                note("warning: after epoch {} the test R², {}, is no better than that of the targets' mean, 0\n",
                     last.epoch, measure_.text(measure_.of(last)));
            return;
        }
        const double chance = 1.0 / module_->classes();
        // Of a few images a guess may have all right, and nothing is known.
        const double beyond_chance = chance + 2 * std::sqrt(chance * (1 - chance) / test_.count);
        if (beyond_chance <= 1 && last.test_accuracy < beyond_chance)
            note("warning: after epoch {} the test accuracy, {}, is no better than chance\n", last.epoch,
                 percent(last.test_accuracy, 2));
    }

    void look_at_warm_up() const {
        const auto batches = (std::int64_t{train_.count} + settings_.batch_size - 1) / settings_.batch_size;
        if (settings_.warm_up > 0 && settings_.warm_up >= settings_.epochs * batches)
            note(
                "warning: the warm-up of {} iterations is as long as the training, {}; the learning rate never reaches "
                "{} (--warm-up)\n",
                settings_.warm_up, settings_.epochs * batches, settings_.learning_rate);
    }

    /// False where a signal has ended it.
    bool initialise_network() {
        look_at_warm_up();
        for (const auto& advice : network_.advice()) note("warning: {}\n", advice);
        const double start = view::monotonic_seconds();
        note("{}\n", network_.initialisation(settings_));
        try {
            const computation_guard ended_by_signals;
            network_.initialise(settings_, train_, settings_.steps);
        } catch (const interrupted&) {
            io::say(stdout, "interrupted before the first iteration; nothing is saved\n");
            return false;
        }
        initialisation_seconds_ = view::monotonic_seconds() - start;
        look_at_network();
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

    int say_finished() const {
        const int patience = settings_.patience.value_or(0);
        if (state_.epochs < settings_.epochs)
            note("ends after epoch {}: none was better for {}\n", state_.epochs,
                 patience == 1 ? "1 epoch" : fmt::format("{} epochs", patience));
        io::say(stdout, fmt::format("test {} {} on {} {}\n{}model   {}\ncurves  {}\nplot    {}\n", measure_.name,
                                    measure_.text(measure_.of(*kept())), grouped(test_.count), kind_of(test_),
                                    fits_text(kept()->test_fits), folder_.model().string(), folder_.curves().string(),
                                    folder_.plot().string()));
        return 0;
    }

    int say_interrupted() const {
        io::say(stdout, fmt::format("interrupted after {} iteration{}; the model is in {}, and {} train --resume {} "
                                    "continues\n",
                                    state_.iterations, state_.iterations == 1 ? "" : "s", folder_.model().string(),
                                    request_.program, folder_.path().string()));
        return interrupted_status + interrupt_guard::signal();
    }

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
        return training_program(network, request, std::move(settings), std::move(folder), std::move(checkpoints)).run();
    }
    auto settings = request.given.values;
    if (!request.given.has("--threads")) settings.threads = at::get_num_threads();
    auto folder = run_folder::make(request.out, request.program);
    checkpoint_pair checkpoints(folder.checkpoint());
    return training_program(network, request, std::move(settings), std::move(folder), std::move(checkpoints)).run();
}

}  // namespace cortexpr::application
