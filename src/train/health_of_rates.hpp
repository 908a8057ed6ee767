#pragma once
// What of rates and gradients is healthy, whatever the network.

#include <cortexpr/train/health.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {

/// The most examples of a set that are looked at. Not tuned.
inline constexpr int most_health_examples = 64;

/// Adds what is found of the states (samples, steps, ...) of one type, step by step.
void look_at_rates(int type, const at::Tensor& states, const activation_function& function,
                   std::vector<rate_health>& found);

/// Labels or targets, whichever a set has.
at::Tensor wanted_of(const data::labelled_images& examples, int first, int count);

/// The health of a network in evaluation mode, of its gradients where it has a readout. `run` runs it, looks at the
/// rates and gives the logits.
network_health health_of(trainable& network, const at::Tensor& labels,
                         const std::function<at::Tensor(std::vector<rate_health>&)>& run);

/// "a", or, with others, "a and 3 more parameters", by the noun of one.
std::string with_others(std::string_view first, std::size_t others, std::string_view noun);

/// `type`: the name of one in a sentence.
std::vector<std::string> complaints_of(const network_health& found, const std::function<std::string(int)>& type,
                                       std::span<const plan::parameter> parameters);

}  // namespace cortexpr
