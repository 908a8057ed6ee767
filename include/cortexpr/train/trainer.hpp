#pragma once
// Training of any declared classifier or regressor on still images or sequences: mini-batches, Adam and cross entropy
// or squared error, or what the options say in their place, Dale's law made true again after each step.
//
// Everything random is a function of the seed and of how far the run has come: the order of an epoch comes from (seed,
// epoch), dropout, random initial states and changed images of a step from (seed, epoch, batch). So a run that is
// continued from any batch ends with the bits of one that was never interrupted.

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/train/running_means.hpp>
#include <cortexpr/train/training_log.hpp>
#include <cortexpr/train/training_options.hpp>
#include <cortexpr/train/update_rule.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace cortexpr {

/// A loss, logit or parameter became infinite or NaN; the network holds the parameters that led there.
class divergence_error : public error {
  public:
    using error::error;
};

/// How far a run has come: with the network's parameters, all that is needed to continue it bit for bit. A new one is
/// the start of a run. train/checkpoint.hpp writes and reads it.
struct training_state {
    int epochs = 0;                        ///< finished ones, evaluation included
    std::int64_t batches = 0;              ///< of the epoch in progress
    std::int64_t iterations = 0;           ///< batches since the start of training
    training_sums interval;                ///< since the last interval record
    training_sums epoch;                   ///< since the epoch began
    std::vector<optimiser_memory> memory;  ///< by parameter of the plan
    std::vector<at::Tensor> average;       ///< by parameter: its running mean; empty, or undefined where it is frozen
    std::vector<at::Tensor> best;          ///< by parameter, of the best epoch; empty unless it is to be kept
    training_log log;                      ///< of all epochs up to here

    /// What is tested, and kept in the end, in place of what the optimiser steps, which is kept where this is empty.
    const std::vector<at::Tensor>& kept() const { return best.empty() ? average : best; }
};

/// Receives reports on training, and may end it. Every function may be left as it is.
class training_observer {
  public:
    training_observer() = default;
    training_observer(const training_observer&) = delete;
    training_observer& operator=(const training_observer&) = delete;
    virtual ~training_observer() = default;

    /// An epoch (from 1) begins, or continues after `done` of its batches.
    virtual void epoch_begins([[maybe_unused]] int epoch, [[maybe_unused]] std::int64_t batches,
                              [[maybe_unused]] std::int64_t done) {}
    /// A batch of `images` images has been learnt from; `interval` holds the sums since the last interval record.
    virtual void step_done([[maybe_unused]] const training_sums& interval, [[maybe_unused]] std::int64_t images) {}
    /// The sums since the last interval record are complete.
    virtual void interval_done([[maybe_unused]] const interval_record& record) {}
    /// The test set is about to be evaluated.
    virtual void evaluation_begins() {}
    /// An epoch is over and in the log; the state is whole and may be saved.
    virtual void epoch_done([[maybe_unused]] const epoch_record& record, [[maybe_unused]] const training_state& state) {
    }
    /// Asked after each batch; true ends the run there, with a state that can be continued.
    virtual bool wants_stop() { return false; }
};

/// Whether all epochs are done, or an observer stopped it.
enum class training_end : std::uint8_t { finished, stopped };

/// One sentence for the first option that is out of range, or doesn't fit another, the network or the training images,
/// before time is spent on an initialisation. \throws usage_error
void require_options(const trainable& network, const training_options& options, const data::labelled_images& train);

/// Trains from where `state` stands until options.epochs epochs are done, none has been better for options.patience, or
/// the observer wants to stop. Parameters whose requires_grad is off are left alone. The network is left in evaluation
/// mode, with the parameters that the optimiser steps; averaged_parameters(network, state.kept()) has those to keep.
/// `rule` steps in place of the options' optimiser (train/update_rule.hpp).
///
/// The network's generator is started anew at each batch. Same arguments, same bits: on CPUs for one number of threads
/// (docs/learning.md). A regressor's last layer answers in the targets' units, and steps as one that answers in
/// multiples of their deviations in the training set would (docs/training.md).
/// \throws usage_error       before any work: no readout, nothing to train, images, classes or targets that don't fit
///                           the network, options out of range, a state of another network
/// \throws divergence_error  the loss is not finite, or after an epoch a parameter or a logit of the test set; the
///                           observer gets no report on an epoch that ends so
training_end train(trainable& network, const data::labelled_images& train, const data::labelled_images& test,
                   const training_options& options, training_observer& observer, training_state& state,
                   std::shared_ptr<const update_rule> rule = nullptr);

/// The same from the start; returns the log, and leaves the network with the parameters to keep.
training_log train(trainable& network, const data::labelled_images& train, const data::labelled_images& test,
                   const training_options& options, training_observer& observer,
                   std::shared_ptr<const update_rule> rule = nullptr);

/// How a network is evaluated.
struct evaluation_options {
    int steps = 5;                    ///< time steps that a still image is shown for; a sequence brings its own
    int batch_size = 256;             ///< examples at a time; memory grows with it
    bool loss_all_steps = false;      ///< the loss is that of the answers at all steps, not at the last one only
    std::optional<loss_kind> loss{};  ///< without class weights and smoothing, so that runs can be compared
    std::vector<double> target_deviations{};  ///< of a regressor: the units of the loss; none: those of the set itself
    bool confusion = false;                   ///< of a classifier: count the answers by class, too
};

/// Means over all examples of a set.
struct evaluation {
    double loss = 0;                 ///< mean over the examples, in nats for cross-entropy
    double accuracy = 0;             ///< fraction that is classified right at the last step; 0 of a regressor
    double seconds = 0;              ///< wall-clock time
    std::vector<target_fit> fits{};  ///< of a regressor, by target, at the last step
    /// Where it was asked for: how many examples of class i are classified as j, in [i * classes + j], at the last
    /// step.
    std::vector<std::int64_t> confusion{};
};

/// Loss and accuracy, or a regressor's R2, on a set, in evaluation mode and without gradients; the network's mode is
/// put back. Random initial states come from a fixed seed.
/// \throws usage_error       as `train`, or a parameter that is not finite
/// \throws divergence_error  logits that are not finite
evaluation evaluate(trainable& network, const data::labelled_images& images, const evaluation_options& options);
/// The same; nothing if `wants_stop`, asked after each batch, said so.
std::optional<evaluation> evaluate_until(trainable& network, const data::labelled_images& images,
                                         const evaluation_options& options, const std::function<bool()>& wants_stop);

/// One sentence if the images can't be shown to the network, or their classes or targets are not the network's.
/// \throws usage_error
void require_fit(const plan::network& network, const data::labelled_images& images);
void require_fit(const trainable& network, const data::labelled_images& images);
/// \throws usage_error  the images have another number of targets than the network fits
void require_targets(std::string_view network, int targets, const data::labelled_images& images);

/// One sentence if training_options::cuda_graph can't be had for a network.
/// \throws usage_error
void require_cuda_graph(const trainable& network);

}  // namespace cortexpr
