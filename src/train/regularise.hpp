#pragma once
// What keeps gradients, weights and activity small: clipping, weight decay, penalties.

#include "optimiser.hpp"

#include <cortexpr/module/trainable.hpp>
#include <cortexpr/train/training_options.hpp>

#include <vector>

namespace cortexpr {

/// The decay of each weight, by the class of the presynaptic cell.
weight_decays decays_of(const trainable& network, const optimiser_options& options);

/// What an absolute weight costs, by parameter: for each element or in a shape that broadcasts; undefined: nothing.
using weight_costs = std::vector<at::Tensor>;
/// \throws usage_error  a length is to cost, but the network's synapses have no places
weight_costs costs_of(const trainable& network, const penalty_options& options);

/// Adds the costs' gradients to those that are there.
void add_gradients(const parameter_set& network, const weight_costs& costs);

/// Cuts values, then scales all gradients to the norm, as far as options ask for it. The device isn't waited for.
void clip_gradients(const parameter_set& network, const optimiser_options& options);

/// What rates cost: one number with a gradient.
at::Tensor activity_penalty(const std::vector<at::Tensor>& rates, const penalty_options& options);

}  // namespace cortexpr
