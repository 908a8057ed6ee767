#pragma once
// What networks do with images under perturbations, measured.

#include "probed_network.hpp"
#include "shown.hpp"

#include <cortexpr/workbench/effects.hpp>

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <vector>

namespace cortexpr::workbench {

/// The mean selectivity of a type's neurons, which no single image has.
struct selectivity_found {
    double mean = 0;
    double least = 0;       ///< that it can be
    at::Tensor left_out{};  ///< (groups): the same without one group of images; undefined where two classes aren't left
};

/// What one network does with all images: numbers of each image, float64.
struct outcome {
    at::Tensor right{};               ///< (images), whose mean is the accuracy, or R2; undefined without a readout
    std::vector<at::Tensor> rates{};  ///< by type: (images), mean over neurons
    std::vector<std::optional<selectivity_found>> selectivity{};
};

/// `classes`: at least 1. `batch_done` is called after each batch of images.
outcome outcome_of(const probed_network& network, const shown_examples& examples, const variant& of,
                   const effect_options& options, int classes, const std::function<void()>& batch_done);

}  // namespace cortexpr::workbench
