#pragma once
// Whether a network is alive: rates of its neuron types over the steps, and gradients of its parameters.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/network_module.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cortexpr {

/// Rates of one neuron type at one step, over a batch, all its subtypes and positions.
struct rate_health {
    int type = 0;          ///< index in the plan
    int step = 1;          ///< counted from 1
    double mean = 0;       ///< over the batch, subtypes and positions
    double silent = 0;     ///< fraction at the lower end of the nonlinearity's range (its lowest 5 %; of an unbounded
                           ///< one: at 0)
    double saturated = 0;  ///< fraction in the upper 5 % of the range; 0 where the nonlinearity has no upper end
    double spread = 0;     ///< standard deviation over the images, mean over neurons; NaN of a single image
    /// Between these lie the middle 80 % of all neurons and images.
    double low = 0, high = 0;
};

/// The gradient of the loss in one parameter.
struct gradient_health {
    int parameter = 0;  ///< index in the plan
    double size = 0;    ///< root mean square
};

/// What a small disturbance becomes at the last step: the factor by which it grows in a step (the spectral radius of
/// the linearised step, the largest of 8 images). Loops within areas, between them and with area_delay count.
struct loop_health {
    double gain = 0;                           ///< the network is stable where it is below 1
    std::optional<double> without_inhibition;  ///< the same with inhibitory rates held; none without inhibitory types

    /// Whether a small disturbance of the rates dies out.
    bool is_stable() const { return gain < 1; }
    /// Excitation alone would run away, and inhibition prevents it.
    bool is_inhibition_stabilised() const { return is_stable() && without_inhibition && *without_inhibition >= 1; }
};

/// Rates and gradients of a network, as `digits check` tables them.
struct network_health {
    std::vector<rate_health> rates;  ///< by type, then by step
    std::vector<gradient_health>
        gradients;  ///< of the trainable parameters of a network with a readout; empty without one
};

/// The gain of a network's loops after images (B, C, H, W) for some steps, or sequences (B, T, C, H, W): that of the
/// step after the last, the largest of all images, as eight steps of a power iteration find it
/// (workbench/spectrum.hpp has the eigenvalues at one image). Of perturbations, those that act at that step count, but
/// for noise. In evaluation mode; parameters, mode and draws stay as they are.
/// \throws usage_error  the batch doesn't fit the network
loop_health loops(network_module& network, const at::Tensor& inputs, int steps);

/// The same with the first examples of a set, 8 at most.
loop_health loops(network_module& network, const data::labelled_images& examples, int steps);

/// Looks at a network while it is shown a batch, (B, C, H, W) for some steps or a sequence (B, T, C, H, W), with its
/// labels (B), int64, or targets (B, targets). A forward and a backward pass, in evaluation mode; parameters,
/// gradients, mode and draws stay as they are. \throws usage_error  the batch doesn't fit the network
network_health health(network_module& network, const at::Tensor& inputs, const at::Tensor& labels, int steps);

/// The same with the first examples of a set, 64 at most.
network_health health(network_module& network, const data::labelled_images& examples, int steps);

/// What is wrong, a sentence for each fault: edges that a run of so few steps can't use, types that are silent or
/// saturated or that answer all images alike, and parameters that no gradient reaches. Empty for a network that can
/// learn.
std::vector<std::string> complaints(const plan::network& network, const network_health& found);

/// The same of connectomes: inputs (B, S) or images for some steps, or a sequence (B, T, S).
network_health health(connectome_module& network, const at::Tensor& inputs, const at::Tensor& labels, int steps);
network_health health(connectome_module& network, const data::labelled_images& examples, int steps);
/// The same of connectomes.
std::vector<std::string> complaints(const connectome_module& network, const network_health& found);

}  // namespace cortexpr
