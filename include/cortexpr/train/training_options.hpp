#pragma once
// What a training run is asked for. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/named_value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace cortexpr {

/// The update rules that come with the library (docs/training.md has their formulas).
enum class optimiser_kind : std::uint8_t { adam, adamw, sgd, rmsprop };
/// The names in settings and files.
constexpr auto names_of(optimiser_kind) {
    using enum optimiser_kind;
    return std::array{named{adam, "adam"}, named{adamw, "adamw"}, named{sgd, "sgd"}, named{rmsprop, "rmsprop"}};
}

/// PyTorch's optimisers, with its formulas and defaults (but for SGD's momentum).
struct optimiser_options {
    optimiser_kind optimiser = optimiser_kind::adam;  ///< which update rule
    std::optional<double> momentum{};                 ///< of SGD (none: 0.9) and RMSprop (none: 0)
    bool nesterov = false;                            ///< Nesterov's momentum, of SGD
    std::optional<double> mean_decay{};               ///< Adam's and AdamW's beta1 (none: 0.9)
    std::optional<double> square_decay{};             ///< their beta2 (none: 0.999), RMSprop's alpha (none: 0.99)
    double epsilon = 1e-8;                            ///< added to the root that a step is divided by
    std::optional<double> clip_norm{};   ///< gradients are scaled to this norm, over all parameters, where it's larger
    std::optional<double> clip_value{};  ///< each element of a gradient is cut to within minus and plus this
    double weight_decay = 0;             ///< of weights, the readout's too; never of biases and time constants
    std::optional<double> excitatory_weight_decay{};  ///< in its place where the presynaptic cell is excitatory
    std::optional<double> inhibitory_weight_decay{};  ///< or inhibitory
};

/// How the learning rate goes after the warm-up (docs/training.md).
enum class learning_rate_schedule : std::uint8_t { constant, cosine, step, one_cycle };
/// The names in settings and files.
constexpr auto names_of(learning_rate_schedule) {
    using enum learning_rate_schedule;
    return std::array{named{constant, "constant"}, named{cosine, "cosine"}, named{step, "step"},
                      named{one_cycle, "one-cycle"}};
}

/// How the learning rate goes from its full value; see train/learning_rate.hpp.
struct schedule_options {
    std::optional<learning_rate_schedule>
        schedule{};            ///< none: cosine if there is a final learning rate, else constant
    int fall_every = 1;        ///< of `step`: epochs between two falls
    double fall_factor = 0.1;  ///< of `step`: what the learning rate is multiplied by then
    double rise = 0.3;         ///< of `one_cycle`: share of the run over which it rises
};

/// Terms added to the loss that keep activity and wiring small. The losses that are reported are without them.
struct penalty_options {
    double activity_l1 = 0;    ///< times the mean absolute rate over neurons, steps and images
    double activity_l2 = 0;    ///< times the mean square of rates
    double weight_l1 = 0;      ///< times the sum of absolute weights of synapses, the readout's not among them
    double wiring_length = 0;  ///< times the sum of absolute weights times their length on the grid, in positions
};

/// What training makes small (docs/training.md).
enum class loss_kind : std::uint8_t { cross_entropy, squared_error, absolute_error, huber };
/// The names in settings and files.
constexpr auto names_of(loss_kind) {
    using enum loss_kind;
    return std::array{named{cross_entropy, "cross-entropy"}, named{squared_error, "squared-error"},
                      named{absolute_error, "absolute-error"}, named{huber, "huber"}};
}

/// What a network's answers cost. A classifier has cross entropy, or the mean squared error with 1 for the label and 0
/// for the others. A regressor has the mean over its targets of squared errors, of absolute ones, or of Huber's, in
/// units of each target's deviation in the training set.
struct loss_options {
    std::optional<loss_kind> loss{};      ///< none: cross entropy of classifiers, squared error of regressors
    std::vector<double> class_weights{};  ///< by class: what an example of it counts; empty: 1
    bool balance_classes = false;         ///< weights that make all classes of the training set count the same
    double label_smoothing = 0;           ///< share of the label's 1 that is spread over all classes
};

/// The loss of options that name none.
constexpr loss_kind usual_loss(bool is_of_targets) {
    return is_of_targets ? loss_kind::squared_error : loss_kind::cross_entropy;
}

/// What is done to images before they are learnt from, anew each time. Sequences are changed as a whole.
struct augmentation_options {
    int shift = 0;      ///< largest shift in each direction, in pixels; black comes in
    bool flip = false;  ///< left and right change places in half of the images
    double rotate = 0;  ///< largest angle either way, in degrees; bilinearly
    double noise = 0;   ///< deviation of normal noise on normalised pixels

    /// Whether an image can come out other than it is in the set.
    bool changes_anything() const { return shift > 0 || flip || rotate > 0 || noise > 0; }
};

/// The defaults are those of the reference's tutorial.
struct training_options : optimiser_options, schedule_options, penalty_options, loss_options, augmentation_options {
    training_options() = default;  // no aggregate: GCC 12 takes parts of `training_options{}` for uninitialised

    int epochs = 10;              ///< passes over the training set
    int batch_size = 256;         ///< examples of an update
    int steps = 5;                ///< time steps that a still image is shown for; a sequence brings its own
    double learning_rate = 1e-3;  ///< each parameter steps with this times its step gain
    std::optional<double> final_learning_rate{};  ///< reached at the last step; none: no fall, of a cosine to 0
    int warm_up = 50;                             ///< steps over which the learning rate rises to its value; 0 for none
    /// Initialisation, shuffling, dropout and augmentation follow from it: the same seed gives the same bits on one
    /// machine.
    std::uint64_t seed = 0;
    double averaging = 0.99;      ///< decay of the running mean of the parameters that is tested and kept; 0 for none
    int log_every = 100;          ///< iterations between two interval records; an epoch's last interval may be shorter
    bool loss_all_steps = false;  ///< the loss is that of the answers at all steps, not at the last one only
    bool cuda_graph = false;      ///< on a CUDA device: whole batches are learnt from by replaying one graph, which
                                  ///< gives the bits of a run without
    std::optional<int> patience{};  ///< epochs without a better one after which the run ends; none: it never does
    bool keep_best = false;  ///< what is kept are the parameters of the best epoch, not of the last one; see best_epoch
};

}  // namespace cortexpr
