#pragma once
// Excitation-inhibition balance: the currents that neurons receive, by the class of where they come from.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <array>
#include <functional>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

/// Where a current comes from.
enum class current_source : std::uint8_t { stimulus, feedback, excitatory, inhibitory, hybrid, bias };
/// How many enumerators there are.
inline constexpr int current_sources = 6;

/// As figures and tables spell it.
constexpr std::string_view name_of(current_source value) {
    constexpr std::string_view names[]{"stimulus", "feedback", "excitatory", "inhibitory", "hybrid", "bias"};
    return names[static_cast<int>(value)];
}

/// The balance of a neuron type. A current is what an edge adds, sign W * x, or sign phi(W * x + b) where it has a
/// nonlinearity of its own; biases of the others come from no neuron, so they are listed apart and neither excite nor
/// inhibit. Means are over neurons and images. A cell type's current is that of all synapses from cells of a class, or
/// of the stimulus; the biases of cells are not reported.
struct type_balance {
    std::vector<int> steps;  ///< from the second on: what arrives at the first one comes from where states start
    std::array<std::vector<double>, current_sources> current;  ///< mean, by source, at each of the steps; empty where
                                                               ///< there is no such source
    /// Means of the sums of positive currents and of the sizes of negative ones, edge by edge.
    std::vector<double> excitation, inhibition;
    std::vector<double> ratio;  ///< inhibition / excitation, at each step; NaN without excitation
    at::Tensor
        ratio_by_neuron;     ///< (C, H, W), or (cells), float64: of means over images at the last step; NaN as above
    double correlation = 0;  ///< of excitation and inhibition over neurons and images at the last step; NaN
                             ///< where one is the same for all
};

/// What a balance is measured over.
struct balance_options {
    int steps = 5;        ///< time steps that a still image is shown for, 2 or more; a sequence brings its own
    int batch_size = 32;  ///< images at a time; memory grows with it
    std::function<void(std::int64_t done, std::int64_t all)> progress{};  ///< in images
    std::vector<perturbation> perturbations{};  ///< of a connectome, of all images; networks of areas have theirs
};

/// By neuron type, or cell type, in evaluation mode; the network's mode and generator are put back. Perturbations that
/// the network has (network_module::perturb) count; currents that they inject come from no source. \throws usage_error
std::vector<type_balance> balance_of(const any_network& network, const data::labelled_images& examples,
                                     const balance_options& options);

}  // namespace cortexpr::workbench
