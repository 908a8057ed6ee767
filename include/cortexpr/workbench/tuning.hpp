#pragma once
// Tuning: how the rates of each neuron depend on a variable of the stimulus, as a digit's class or a grating's angle.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <functional>
#include <vector>

namespace cortexpr::workbench {

/// How examples are shown.
struct tuning_options {
    int steps = 5;         ///< time steps that a still image is shown for; a sequence brings its own
    int batch_size = 256;  ///< examples at a time; memory grows with it
    int from = 0;          ///< rates are means over the steps from this one on; 0: those of the last step
    double period = 0;  ///< of a circular variable, in its unit: 180 for orientations, 360 for directions; its values
                        ///< are then 0, period / classes, ...; 0: the classes have no order
    std::function<void(std::int64_t done, std::int64_t all)> progress{};  ///< in examples
    /// Besides those that a network of areas has (network_module::perturb).
    std::vector<perturbation> perturbations{};
};

/// The tuning of a neuron type, neurons being (C, H, W), or of a cell type, (cells). All tensors are float64 on the
/// CPU.
struct type_tuning {
    at::Tensor rates;      ///< (classes, C, H, W): mean over the examples of a class
    at::Tensor deviation;  ///< (classes, C, H, W): standard deviation over them
    at::Tensor preferred;  ///< (C, H, W), int64: the class that is answered most
    /// (C, H, W): (r_best - r_others) / (|r_best| + |r_others|); to classes corrected for chance as in
    /// workbench/effects.hpp.
    at::Tensor selectivity;
    /// For a circular variable, (C, H, W): length and angle, in its unit, of the sum of r exp(2 pi i value / period)
    /// over the sum of |r|: 0 where all values are answered alike, 1 where only one is (N. V. Swindale, "Orientation
    /// tuning curves: empirical description and estimation of parameters", Biol. Cybern. 1998).
    at::Tensor vector_length{}, vector_angle{};
    /// Mean over neurons of their rates, at the distance from the preferred value (circular: -n/2 to the one before
    /// n/2, in steps of period / classes) or by rank (the preferred class first). Of classes every other example
    /// says how a neuron ranks them and the others the rates, so that chance is no tuning; classes of one example are
    /// left out then, unless less than two have more. Not so of circular variables, as the phases of a grating are no
    /// sample.
    std::vector<double> aligned;
    double mean_rate = 0;  ///< over all examples and neurons
};

/// By neuron type, or cell type. In evaluation mode; the network's mode and generator are put back.
/// \throws usage_error  examples that don't fit the network, a step that it doesn't reach, or a class without examples
std::vector<type_tuning> tuning_of(const any_network& network, const data::labelled_images& examples,
                                   const tuning_options& options);

}  // namespace cortexpr::workbench
