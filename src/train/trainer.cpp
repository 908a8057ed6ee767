#include <cortexpr/train/trainer.hpp>

#include "../module/constraints.hpp"
#include "augment.hpp"
#include "batch_loader.hpp"
#include "classification.hpp"
#include "optimiser.hpp"
#include "random.hpp"
#include "regression.hpp"
#include "require_sound.hpp"
#include "step.hpp"
#include "stopwatch.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/train/learning_rate.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace cortexpr {

namespace {

/// Adds to the sums of the interval and of the epoch.
void add(training_state& state, const training_sums& step) {
    for (auto* sums : {&state.interval, &state.epoch}) {
        sums->iterations += step.iterations;
        sums->images += step.images;
        sums->correct += step.correct;
        sums->losses += step.losses;
        sums->seconds += step.seconds;
        sums->loading_seconds += step.loading_seconds;
    }
}

void end_interval(training_state& state, training_observer& observer, double learning_rate) {
    if (state.interval.iterations == 0) return;
    state.log.intervals.push_back({state.epochs + 1, state.iterations, state.interval, learning_rate});
    state.interval = {};
    observer.interval_done(state.log.intervals.back());
}

/// What is learnt from, and what is tested with.
struct training_sets {
    const data::labelled_images& train;
    const data::labelled_images& test;
};

/// One run from a state to its end.
class training_run {
  public:
    training_run(trainable& network, const training_sets& sets, const training_options& options,
                 training_observer& observer, training_state& state, const std::shared_ptr<const update_rule>& rule)
        : network_(network),
          train_(sets.train),
          test_(sets.test),
          options_(options),
          observer_(observer),
          state_(state),
          loader_(sets.train, options.batch_size, network.device(), network.dtype()),
          optimiser_(network, state.memory, rule, decays_of(network, options), readout_units(network, sets.train)),
          task_{.request = shown(sets.train, options.steps, options.loss_all_steps),
                .criterion = criterion_of(options, sets.train, network.parameter(0).options().requires_grad(false)),
                .penalties = options,
                .costs = costs_of(network, options),
                .clipping = options},
          black_(black_of(sets.train)),
          draws_(network.generator()) {
        if (options.cuda_graph) require_replayable(*rule);
        if (sets.train.has_targets())
            for (const auto& target : data::measured_targets(sets.train))
                deviations_.push_back(target.standard_deviation);
        // On a GPU nothing of a step waits for the CPU, and a graph draws what eager steps do.
        if (network.device().is_cuda() && network.reason_against_replay().empty())
            network.generator(at::globalContext().defaultGenerator(network.device()).clone());
        if (options.averaging > 0 && state.average.empty()) state.average = running_means_of(network);
    }

    training_run(const training_run&) = delete;
    training_run& operator=(const training_run&) = delete;
    ~training_run() { network_.generator(draws_); }

    training_end run(std::int64_t batches) {
        const at::AutoGradMode gradients(true);
        batches_ = batches;
        network_.require_finite();
        network_.project();  // before a graph is recorded, which nothing may interrupt to look at values
        while (state_.epochs < options_.epochs && !is_patience_over()) {
            observer_.epoch_begins(state_.epochs + 1, batches, state_.batches);
            const bool goes_on = learn() && evaluate_epoch();
            state_.memory = optimiser_.memory();
            if (!goes_on) require_finite_parameters();
            if (!goes_on) return training_end::stopped;
            observer_.epoch_done(state_.log.epochs.back(), state_);
        }
        return training_end::finished;
    }

  private:
    bool is_patience_over() const {
        const auto* best = best_epoch(state_.log);
        return options_.patience && best != nullptr && state_.epochs - best->epoch >= *options_.patience;
    }

    /// The rest of the epoch's batches; false if the observer wants to stop.
    bool learn() {
        const auto seed = options_.seed;
        const auto epoch = static_cast<std::uint64_t>(state_.epochs);
        const auto order = data::shuffled_order(static_cast<std::uint32_t>(train_.count), seed, epoch);
        const auto batches = data::batches(order, options_.batch_size);
        const auto count = static_cast<std::int64_t>(batches.size());
        network_.train();
        loader_.follow(order, static_cast<std::size_t>(state_.batches * options_.batch_size));
        while (state_.batches < count) {
            const auto batch = static_cast<std::uint64_t>(state_.batches);
            start_generator(network_.generator(), {seed, epoch, batch});
            start_generator(changes_, {seed, epoch, batch, 1});
            const auto sums = learn_from(batches[state_.batches].size());
            ++state_.batches;
            ++state_.iterations;
            if (options_.averaging > 0)
                take_into_means(state_.average, network_, options_.averaging, state_.iterations);
            add(state_, sums);
            observer_.step_done(state_.interval, sums.images);
            if (state_.interval.iterations == options_.log_every || state_.batches == count)
                end_interval(state_, observer_, last_learning_rate());
            if (observer_.wants_stop()) return false;
        }
        return true;
    }

    double last_learning_rate() const { return learning_rate_at(options_, state_.iterations - 1, batches_); }

    void require_replayable(const update_rule& rule) const {
        require_cuda_graph(network_);
        if (!rule.can_be_replayed())
            throw usage_error(fmt::format(
                "a CUDA graph can't replay the steps of {}; use one of the built-in optimisers", rule.name()));
    }

    /// So that nothing is evaluated, or saved by an observer, that is no network any more.
    void require_finite_parameters() const {
        auto name = network_.first_not_finite();
        for (std::size_t i = 0; name.empty() && i < state_.average.size(); ++i)
            if (state_.average[i].defined() && !is_finite(state_.average[i]))
                name = fmt::format("the running mean of {}", std::string_view(network_.declared_parameters()[i].name));
        if (name.empty()) return;
        throw divergence_error(
            fmt::format("{} became infinite or NaN in epoch {}, by its batch {} (iteration {}); a smaller learning "
                        "rate than {} may help",
                        name, state_.epochs + 1, state_.batches, state_.iterations, options_.learning_rate));
    }

    void require_finite(double loss) const {
        if (std::isfinite(loss)) return;
        const auto* found = std::isnan(loss) ? "NaN" : "infinite";
        if (state_.iterations == 0)  // no step was taken yet
            throw divergence_error(fmt::format(
                "the loss is {} before the first step; look at the inputs' scale, the targets, and the size "
                "of noise and penalties",
                found));
        throw divergence_error(
            fmt::format("the loss became {} in epoch {}, batch {} (iteration {}); a smaller learning rate than {} may "
                        "help",
                        found, state_.epochs + 1, state_.batches + 1, state_.iterations + 1, options_.learning_rate));
    }

    /// For a step larger than float32 can hold, LibTorch's own error names neither step nor setting.
    void require_float(double learning_rate) const {
        const double gain = optimiser_.largest_gain();
        if (network_.dtype() == at::kDouble || learning_rate * gain <= std::numeric_limits<float>::max()) return;
        throw divergence_error(fmt::format(
            "the learning rate of {} in epoch {}, batch {} (iteration {}), times a parameter's step gain "
            "of {:.3g}, is more than a float32 holds; give a smaller one than {}",
            learning_rate, state_.epochs + 1, state_.batches + 1, state_.iterations + 1, gain, options_.learning_rate));
    }

    training_sums learn_from(std::size_t images) {
        const stopwatch time;
        auto batch = loader_.next(images);
        if (options_.changes_anything()) batch.images = augmented(batch.images, options_, black_, changes_);
        const double learning_rate = learning_rate_at(options_, state_.iterations, batches_);
        require_float(learning_rate);
        const bool is_replayed = options_.cuda_graph && images == static_cast<std::size_t>(options_.batch_size);
        if (is_replayed && !fixed_)
            fixed_.emplace(network_, optimiser_, task_, batch, cuda_graph_on(network_.device(), network_.generator()));
        const auto [loss, correct] = is_replayed
                                         ? fixed_->learn_from(batch, learning_rate)
                                         : cortexpr::learn_from(network_, optimiser_, task_, batch, learning_rate);
        require_finite(loss);
        return {.iterations = 1,
                .images = static_cast<std::int64_t>(images),
                .correct = correct,
                .losses = loss * static_cast<double>(images),
                .seconds = time.seconds(),
                .loading_seconds = loader_.take_seconds()};
    }

    /// False if the observer wants to stop: then the evaluation is still to be done.
    bool evaluate_epoch() {
        require_finite_parameters();
        observer_.evaluation_begins();
        const averaged_parameters tested(network_, state_.average);
        const auto result = evaluate_until(network_, test_,
                                           {.steps = options_.steps,
                                            .batch_size = options_.batch_size,
                                            .loss_all_steps = options_.loss_all_steps,
                                            .loss = options_.loss,
                                            .target_deviations = deviations_},
                                           [this] { return observer_.wants_stop(); });
        if (!result) return false;
        ++state_.epochs;
        state_.batches = 0;
        state_.log.epochs.push_back({state_.epochs, state_.iterations, state_.epoch, result->loss, result->accuracy,
                                     result->seconds, result->fits, last_learning_rate()});
        state_.epoch = {};
        if (options_.keep_best && best_epoch(state_.log) == &state_.log.epochs.back())
            state_.best = running_means_of(network_);  // as it was tested
        return true;
    }

    trainable& network_;
    const data::labelled_images& train_;
    const data::labelled_images& test_;
    const training_options& options_;
    training_observer& observer_;
    training_state& state_;
    batch_loader loader_;
    optimiser optimiser_;
    learning_task task_;
    at::Tensor black_;
    std::vector<double> deviations_;                            ///< of targets, in the training set
    std::int64_t batches_ = 0;                                  ///< of an epoch
    at::Generator draws_;                                       ///< the network's own
    at::Generator changes_ = at::detail::createCPUGenerator();  ///< of images
    std::optional<fixed_step> fixed_;
};

}  // namespace

void require_cuda_graph(const trainable& network) {
    if (const auto reason = network.reason_against_replay(); !reason.empty())
        throw usage_error(fmt::format("{} can't be trained by a CUDA graph: {}", network.name(), reason));
    if (!network.device().is_cuda())
        throw usage_error(
            fmt::format("a CUDA graph needs a CUDA device, but the network is on {}", network.device().str()));
}

namespace {

/// The number of batches of an epoch.
std::int64_t batches_of(const data::labelled_images& train, const training_options& options) {
    return options.batch_size < 1 ? 0 : (std::int64_t{train.count} + options.batch_size - 1) / options.batch_size;
}

}  // namespace

void require_options(const trainable& network, const training_options& options, const data::labelled_images& train) {
    require_sound(options, {}, batches_of(train, options));
    criterion_of(options, train, at::kFloat);
    const bool is_a_list = train.has_numbers() || (network.flattens_inputs() && train.height == 1);
    if (is_a_list && (options.shift > 0 || options.flip || options.rotate > 0))
        throw usage_error(fmt::format(
            "{} holds numbers, which have no places on an image; leave shift, flip and rotate out", train.source));
    if (options.shift >= std::min(train.height, train.width) && options.shift > 0)
        throw usage_error(fmt::format("a shift by {} pixels takes images of {}x{} out of sight; give a smaller one",
                                      options.shift, train.height, train.width));
}

training_end train(trainable& network, const data::labelled_images& train, const data::labelled_images& test,
                   const training_options& options, training_observer& observer, training_state& state,
                   std::shared_ptr<const update_rule> rule) {
    require_fit(network, train);
    require_fit(network, test);
    const auto batches = batches_of(train, options);
    require_sound(options, state, batches);
    if (rule == nullptr) rule = rule_of(options);
    const auto end = training_run(network, {train, test}, options, observer, state, rule).run(batches);
    network.eval();
    return end;
}

training_log train(trainable& network, const data::labelled_images& train, const data::labelled_images& test,
                   const training_options& options, training_observer& observer,
                   std::shared_ptr<const update_rule> rule) {
    training_state state;
    cortexpr::train(network, train, test, options, observer, state, std::move(rule));
    put(network, state.kept());
    network.project();
    return state.log;
}

}  // namespace cortexpr
