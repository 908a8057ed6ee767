#pragma once
// Receptive fields: which part of the stimulus, and how long ago, drives a neuron. By reverse correlation with white
// noise, as in an experiment (E. de Boer, P. Kuyper, "Triggered correlation", IEEE Trans. Biomed. Eng. 1968), or by
// gradients.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/plan/network.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

/// One neuron of an area.
struct neuron_position {
    int type = 0;  ///< index in the plan
    /// From 0, on the type's own grid.
    int subtype = 0, row = 0, column = 0;
};

/// The neurons that a text names (workbench/named_parts.hpp), "V1.E[0..3]@14,14"; those in the middle of the map where
/// it names no rows and columns. \throws usage_error
std::vector<neuron_position> neurons_in(const plan::network& network, std::string_view text);

/// "V1.E[3]@14,14"
std::string name_of(const plan::network& network, const neuron_position& one);

/// What a neuron responds to.
struct receptive_field {
    neuron_position of;  ///< the neuron whose field it is
    at::Tensor weights;  ///< (lags, C, H, W), float64: change of the neuron's rate at the last step by a change of the
                         ///< stimulus that many steps before; with one lag, of a stimulus that stays
    at::Tensor error{};  ///< of reverse correlation: standard error of each
};

/// Where a field lies: moments of its squared weights, summed over lags and channels. Of a field with errors only the
/// weights count that stand out: chance gives one of 20 fields a weight that large (P < 0.05, Bonferroni's correction).
/// All else is 0 where none stands out.
struct field_shape {
    std::int64_t weights_counted = 0;  ///< those that the rest describes
    double row = 0, column = 0;        ///< its centre
    double radius = 0;                 ///< root of the mean squared distance from the centre, in pixels
    double peak = 0;                   ///< the weight that is farthest from 0
    double excitatory = 0;             ///< share of positive weights in the sum of sizes
};
/// The shape of the field over all lags together.
field_shape shape_of(const receptive_field& field);

/// How fields are measured.
struct field_options {
    int steps = 5;           ///< of a run
    bool by_lag = false;     ///< a stimulus that changes at each step, and a field for each lag; else one that stays
    int batch_size = 64;     ///< memory grows with it
    int stimuli = 4096;      ///< of white noise
    double deviation = 1;    ///< of the noise, in the units of the network's input
    std::uint64_t seed = 0;  ///< of the noise
    std::function<void(std::int64_t done, std::int64_t all)> progress{};  ///< in runs
};

/// By reverse correlation: covariance of rate and stimulus over the noise's variance, which for Gaussian noise is the
/// mean gradient of the rate. Memory doesn't grow with the number of stimuli. \throws usage_error
std::vector<receptive_field> fields_by_noise(network_module& network, const std::vector<neuron_position>& neurons,
                                             const field_options& options);

/// By gradients, mean over stimuli (B, C, H, W), or over sequences (B, steps, C, H, W), whose fields are of each lag.
/// \throws usage_error
std::vector<receptive_field> fields_by_gradient(network_module& network, const std::vector<neuron_position>& neurons,
                                                const at::Tensor& stimuli, const field_options& options);

}  // namespace cortexpr::workbench
