#pragma once
// What values a parameter may have.

#include <cortexpr/plan/network.hpp>

#include <ATen/core/Tensor.h>

#include <optional>
#include <string_view>

namespace cortexpr {

/// The least value that Dale's law, or tau >= 1, allows; nothing where a parameter is free.
std::optional<double> least_of(const plan::parameter& parameter);

/// Why, as a clause.
std::string_view reason_for(const plan::parameter& parameter);

/// Whether no value is infinite or NaN.
bool is_finite(const at::Tensor& values);

}  // namespace cortexpr
