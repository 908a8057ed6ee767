#include "settings_table.hpp"

#include "checks.hpp"

#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/run/options.hpp>
#include <cortexpr/train/initialise.hpp>

#include <initializer_list>

namespace cortexpr::application {

std::span<const setting> settings_table() {
    using all = run_settings;
    using enum on_resume;
    const CLI::Validator anything;
    const auto part = number_that([](double value) { return value > 0 && value < 1; }, "number between 0 and 1");
    const auto factor = number_that([](double value) { return value > 0 && value <= 1; }, "number from above 0 to 1");
    const auto degrees = number_that([](double value) { return value >= 0 && value <= 180; }, "number from 0 to 180");
    static const auto rows = [&] {
        std::vector<setting> all_rows;
        const auto add = [&](const char* group, std::initializer_list<setting> some) {
            for (auto one : some) {
                one.group = group;
                all_rows.push_back(std::move(one));
            }
        };
        add("Data",
            {setting("--data", "data", &all::data, may_change, anything,
                     "data set: a folder with MNIST's, CIFAR's or .npz files, or with images, or an .npz file")
                 .file(),
             setting("--synapses", "synapses", &all::synapses, may_change, anything,
                     "the connectome's synapses: .csv or .tsv (also .gz), .feather, .arrow, .parquet, .npz, .npy, "
                     ".safetensors or .pt")
                 .of_circuit()
                 .file(),
             setting("--cells", "cells", &all::cells, may_change, anything,
                     "the connectome's cells with their types: .csv or .tsv (also .gz), .feather, .arrow or .parquet")
                 .of_circuit()
                 .file(),
             setting("--stimulus-synapses", "stimulus_synapses", &all::stimulus_synapses, may_change, anything,
                     "synapses from the stimulus, of sparse_stimulus_to: files as for --synapses")
                 .of_circuit()
                 .file(),
             setting("--output-synapses", "output_synapses", &all::output_synapses, may_change, anything,
                     "synapses onto the output, of sparse_output_from: files as for --synapses")
                 .of_circuit()
                 .file(),
             setting("--prefix", "prefix", &all::prefix, may_change, anything,
                     "of the names of arrays in the file of synapses, where these are .npz, .safetensors or .pt")
                 .of_circuit(),
             setting("--unannotated", "unannotated", &all::unannotated, may_change, one_of<circuit::unannotated>(),
                     "cells without a type, or that --cells doesn't have: kept, left_out or refused")
                 .of_circuit(),
             setting("--unannotated-type", "unannotated_type", &all::unannotated_type, may_change, anything,
                     "type of those that are kept")
                 .of_circuit(),
             setting("--undeclared", "undeclared", &all::undeclared, may_change, one_of<circuit::undeclared>(),
                     "cells of types that the network doesn't declare: refused or left_out")
                 .of_circuit(),
             setting(
                 "--mean", "mean", &all::mean, fixed, numbers_or_measured([](float) { return true; }, "number"),
                 "taken from pixels of 0 to 1: a number, or one for each channel (0.5,0.4,0.3), or 'measured' on the "
                 "training set",
                 "the data set's"),
             setting("--deviation", "deviation", &all::deviation, fixed,
                     numbers_or_measured([](float value) { return value > 0; }, "positive number"),
                     "what pixels are divided by then: as --mean", "the data set's"),
             setting("--limit-train", "train_limit", &all::train_limit, fixed, count(),
                     "learn from this many images only, the first of the set"),
             setting("--limit-test", "test_limit", &all::test_limit, fixed, count(),
                     "test on this many images only, the first of the set")});
        add("Training",
            {// With --final-lr only a new run may choose the epochs; see change().
             setting("--epochs", "epochs", &all::epochs, may_change, count(), "times that every image is learnt from"),
             setting("--batch", "batch_size", &all::batch_size, fixed, count(), "images in a mini-batch"),
             setting("--steps", "steps", &all::steps, fixed, count(1, most_steps),
                     "time steps that an image is shown for"),
             setting("--seed", "seed", &all::seed, fixed, whole_number(), "all randomness comes from this"),
             setting("--init", "initialisation", &all::initialisation, fixed,
                     one_of({initialisation::balanced, initialisation::reference}), "initialisation of the parameters")
                 .of(network_family::areas),
             setting("--weights", "starting_weights", &all::starting_weights, fixed,
                     one_of({starting_weights::by_total_input, starting_weights::as_in_the_file}),
                     "what synapses start from: each over the sum of all weights that its cell receives, or as it is")
                 .of(network_family::connectome),
             setting("--perturb", "perturb", &all::perturbations, fixed, anything,
                     "learn, and be tested, under perturbations, after the initialisation: 'silence V1.I:2..; cut "
                     "V1.E-V1.I', of a connectome 'silence L1; cut L1-Mi1' (docs/workbench.md has all)"),
             setting("--average", "averaging", &all::averaging, fixed, share(),
                     "decay of the parameters' running mean, 0 for none"),
             setting("--patience", "patience", &all::patience, may_change, count(),
                     "epochs without a better one after which the run ends", "never"),
             setting("--keep-best", "keep_best", &all::keep_best, fixed, anything,
                     "keep the model of the best epoch, not of the last one"),
             setting("--overfit-batch", "overfit_batch", &all::overfit_batch, fixed, anything,
                     "learn the first batch by heart and test on it: what can't is wrong")});
        add("Loss", {setting("--loss", "loss", &all::loss, fixed, one_of<loss_kind>(),
                             "cross-entropy, or squared-error with 1 for the label and 0 for other classes; of a "
                             "regressor squared-error, absolute-error or huber",
                             "cross-entropy, of a regressor squared-error"),
                     setting("--class-weights", "class_weights", &all::class_weights, fixed, numbers_from_0(),
                             "what an example of each class counts: 1,1,2.5", "1 each"),
                     setting("--balance-classes", "balance_classes", &all::balance_classes, fixed, anything,
                             "weights under which all classes of the training set count the same"),
                     setting("--label-smoothing", "label_smoothing", &all::label_smoothing, fixed, share(),
                             "share of a label that is spread over all classes"),
                     setting("--loss-all-steps", "loss_all_steps", &all::loss_all_steps, fixed, anything,
                             "learn from the answers at all steps, not the last"),
                     setting("--activity-l1", "activity_l1", &all::activity_l1, fixed, not_negative(),
                             "penalty on the mean absolute rate"),
                     setting("--activity-l2", "activity_l2", &all::activity_l2, fixed, not_negative(),
                             "penalty on the mean square of rates"),
                     setting("--weight-l1", "weight_l1", &all::weight_l1, fixed, not_negative(),
                             "penalty on the sum of absolute weights of synapses"),
                     setting("--wiring-length", "wiring_length", &all::wiring_length, fixed, not_negative(),
                             "penalty on the sum of absolute weights times their length in positions")
                         .of(network_family::areas)});
        add("Optimiser",
            {setting("--optimiser", "optimiser", &all::optimiser, fixed, one_of<optimiser_kind>(),
                     "adam, adamw, sgd or rmsprop"),
             setting("--lr", "learning_rate", &all::learning_rate, fixed, positive_number(), "learning rate"),
             setting("--momentum", "momentum", &all::momentum, fixed, share(), "of sgd and rmsprop",
                     "0.9, of rmsprop 0"),
             setting("--nesterov", "nesterov", &all::nesterov, fixed, anything, "Nesterov's momentum, of sgd"),
             setting("--mean-decay", "mean_decay", &all::mean_decay, fixed, share(), "beta1 of adam and adamw", "0.9"),
             setting("--square-decay", "square_decay", &all::square_decay, fixed, share(),
                     "beta2 of adam and adamw, alpha of rmsprop", "0.999, of rmsprop 0.99"),
             setting("--epsilon", "epsilon", &all::epsilon, fixed, positive_number(),
                     "added to the root of mean squares that a step is divided by"),
             setting("--clip-norm", "clip_norm", &all::clip_norm, fixed, positive_number(),
                     "largest norm of the gradient over all parameters", "any"),
             setting("--clip-value", "clip_value", &all::clip_value, fixed, positive_number(),
                     "largest absolute value in a gradient", "any"),
             setting("--weight-decay", "weight_decay", &all::weight_decay, fixed, not_negative(),
                     "of weights, the readout's too; apart from the gradient with adamw"),
             setting("--weight-decay-excitatory", "excitatory_weight_decay", &all::excitatory_weight_decay, fixed,
                     not_negative(), "in its place where the presynaptic cell is excitatory", "--weight-decay"),
             setting("--weight-decay-inhibitory", "inhibitory_weight_decay", &all::inhibitory_weight_decay, fixed,
                     not_negative(), "in its place where the presynaptic cell is inhibitory", "--weight-decay")});
        add("Learning rate over the run",
            {setting("--warm-up", "warm_up", &all::warm_up, fixed, count(0),
                     "iterations over which the learning rate rises, 0 for none"),
             setting("--schedule", "schedule", &all::schedule, fixed, one_of<learning_rate_schedule>(),
                     "how the learning rate goes on after the warm-up: constant, cosine, step or one-cycle",
                     "cosine with --final-lr, else constant"),
             setting("--final-lr", "final_learning_rate", &all::final_learning_rate, fixed, not_negative(),
                     "learning rate of the last iteration, of cosine and one-cycle",
                     "0, of one-cycle a 250,000th of --lr"),
             setting("--fall-every", "fall_every", &all::fall_every, fixed, count(),
                     "epochs between two falls of step"),
             setting("--fall-factor", "fall_factor", &all::fall_factor, fixed, factor,
                     "what a fall of step multiplies the learning rate by"),
             setting("--rise", "rise", &all::rise, fixed, part, "share of the run over which one-cycle rises")});
        add("Augmentation",
            {setting("--shift", "shift", &all::shift, fixed, count(0, 10'000),
                     "largest shift of an image in each direction before it is learnt from, in pixels"),
             setting("--flip", "flip", &all::flip, fixed, anything, "mirror half of the images, left to right"),
             setting("--rotate", "rotate", &all::rotate, fixed, degrees,
                     "largest angle that an image is turned by, in degrees"),
             setting("--noise", "noise", &all::noise, fixed, not_negative(),
                     "deviation of noise that is added to normalised pixels")});
        add("Machine", {setting("--device", "device", &all::device, may_change, anything, "cpu, cuda, cuda:1, ..."),
                        setting("--precision", "precision", &all::precision, may_change,
                                one_of({precision::float32, precision::tf32, precision::bfloat16}),
                                "of maps and convolutions: float32, tf32 or bfloat16")
                            .of(network_family::areas),
                        setting("--threads", "threads", &all::threads, may_change, count(1, 1024), "threads of the CPU",
                                "all cores"),
                        setting("--cuda-graph", "cuda_graph", &all::cuda_graph, may_change, anything,
                                "replay each training step as one CUDA graph")});
        add("Log", {setting("--log-every", "log_every", &all::log_every, fixed, count(),
                            "iterations between two lines of the log"),
                    setting("--tensorboard", "tensorboard", &all::tensorboard, may_change, anything,
                            "write the curves for TensorBoard, too")});
        return all_rows;
    }();
    return rows;
}

}  // namespace cortexpr::application
