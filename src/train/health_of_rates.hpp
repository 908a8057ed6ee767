#pragma once
// What of rates and gradients is healthy, whatever the network.

#include <cortexpr/train/health.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cortexpr {

/// The most examples of a set that are looked at. Not tuned.
inline constexpr int most_health_examples = 64;

/// Adds what is found of the states (samples, steps, ...) of one type, step by step.
void look_at_rates(int type, const at::Tensor& states, const activation_function& function,
                   std::vector<rate_health>& found);

/// Labels or targets, whichever a set has.
at::Tensor wanted_of(const data::labelled_images& examples, int first, int count);

/// The trainable parameters of a network with a readout, whose gradients are wanted; none of another network.
std::vector<gradient_health> parameters_to_look_at(const trainable& network);
/// Fills in the sizes of their gradients of the loss.
void look_at_gradients(const trainable& network, const at::Tensor& logits, const at::Tensor& labels,
                       std::vector<gradient_health>& found);

/// `type`: the name of one in a sentence.
std::vector<std::string> complaints_of(const network_health& found, const std::function<std::string(int)>& type,
                                       std::span<const plan::parameter> parameters);

}  // namespace cortexpr
