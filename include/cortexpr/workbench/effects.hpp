#pragma once
// What perturbations do to a network: to its accuracy, its rates and the selectivity of its neurons, with intervals of
// confidence over images or, where several networks (of different seeds) are given, over networks.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace cortexpr::workbench {

/// A network as it is perturbed together: no perturbation, one, or several at once.
struct variant {
    std::string name;                           ///< as the table's first column has it
    std::optional<double> strength{};           ///< of a grid, for tables and figures
    std::vector<perturbation> perturbations{};  ///< applied together; none: the network as it is
};

/// A perturbation at each of some strengths, which replace its amount (a value, current, deviation, factor or time
/// constant); what has no amount is there once.
std::vector<variant> over_strengths(const plan::network& network, const perturbation& one,
                                    const std::vector<double>& strengths);

/// The same of a network of either family.
std::vector<variant> over_strengths(const any_network& network, const perturbation& one,
                                    const std::vector<double>& strengths);

/// A mean and its interval of confidence (95 %).
struct estimate {
    /// The mean, and the ends of the interval.
    double mean = 0, low = 0, high = 0;

    /// False where nothing varies, as over one image, which leaves no interval to be estimated: both ends are the mean.
    bool has_interval() const { return high - low > 1e-12 * (std::max)(std::abs(low), std::abs(high)); }
};

/// On the mean over a type's neurons of (r_best - r_others) / (|r_best| + |r_others|): r_best is the mean rate to the
/// class that a neuron answers most, r_others that to the others. As a best class is found by chance, too, half of the
/// examples (every other one of a class) say for the numerator which class is best, and the other half what it and the
/// others are answered with; and the other way round, of which the mean is taken. So it is about 0 where neurons don't
/// tell classes apart, below it by chance, and at most 1. Classes of one example have no halves and are left out; where
/// less than two classes have more, an example is a class, and all of them count without halves.
struct selectivity_effect {
    estimate selectivity;  ///< with the perturbations
    estimate change;       ///< against the network without them
};

/// The effect on a neuron type, or cell type, at the last step.
struct type_effect {
    estimate rate;                                       ///< mean over its neurons
    estimate rate_change;                                ///< against the network without perturbations, image by image
    std::optional<selectivity_effect> of_selectivity{};  ///< none where no two classes were shown, or of targets
};

/// On the share of images that a classifier classifies correctly, at the last step.
struct accuracy_effect {
    estimate accuracy;  ///< with the perturbations
    estimate change;    ///< against the network without them, image by image
};

/// On how well a regressor's targets are fitted, at the last step: 1 - squared error / variance of the targets that
/// were shown, mean over the targets but for those that were shown all alike.
struct r2_effect {
    estimate r2;      ///< with the perturbations
    estimate change;  ///< against the network without them, image by image
};

/// What one variant does.
struct effect {
    variant of;                                  ///< which variant
    std::optional<accuracy_effect> of_accuracy;  ///< of classifiers
    std::vector<type_effect> types;              ///< by neuron type, or cell type
    std::optional<r2_effect> of_r2{};            ///< of regressors, unless each target was shown all alike
};

/// How effects are measured.
struct effect_options {
    int steps = 5;         ///< time steps that a still image is shown for; a sequence brings its own
    int batch_size = 256;  ///< images at a time; memory grows with it
    int resamples = 1000;  ///< of the bootstrap over images
    std::function<void(std::int64_t done, std::int64_t all)> progress{};  ///< in batches
};

/// The unperturbed network first, then the variants in their order. In evaluation mode, of the same draws for each;
/// modes and generators are put back. Intervals of one network are percentiles of a bootstrap over images (of a fixed
/// seed), of its selectivity Student's of a jackknife over at most 20 groups of images, each with as much of a class as
/// the others (cautious; where leaving one out leaves a class with too few, all that it can be); of several networks,
/// Student's over them. \throws usage_error  no network, networks of different types, or what doesn't fit them
std::vector<effect> effects_of(std::span<const any_network> networks, const data::labelled_images& examples,
                               std::span<const variant> variants, const effect_options& options);
/// The same of pointers to modules of one family: std::vector<network_module*>, std::vector<connectome_module*>.
template <std::ranges::range Modules>
requires std::is_pointer_v<std::ranges::range_value_t<Modules>> std::vector<effect> effects_of(
    const Modules& networks, const data::labelled_images& examples, std::span<const variant> variants,
    const effect_options& options) {
    std::vector<any_network> all;
    for (auto* network : networks) all.emplace_back(*network);
    return effects_of(std::span<const any_network>(all), examples, variants, options);
}

}  // namespace cortexpr::workbench
