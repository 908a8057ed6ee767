#pragma once
// Which amounts a perturbation may have, one rule for areas and connectomes.

#include <cortexpr/dsl/options.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

namespace cortexpr {

/// What is wrong, to stand behind the perturbation's subject; empty where the amount fits. `dtype`: of the network's
/// numbers. `rates_of`: the class of clamped neurons whose rates may not be negative.
std::string fault_of_amount(perturbation::kind is, double amount, at::ScalarType dtype,
                            std::optional<neuron_class> rates_of = std::nullopt);

}  // namespace cortexpr
