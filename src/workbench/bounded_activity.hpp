#pragma once
// No answer is made of values that are infinite or NaN.

#include <cortexpr/run/connectome.hpp>
#include <cortexpr/run/result.hpp>

#include <string_view>

namespace cortexpr {

/// \throws divergence_error  a value that a run of the network gives is infinite or NaN
void require_bounded(std::string_view network, const at::Tensor& values);
void require_bounded(std::string_view network, const run_result& run);
void require_bounded(std::string_view network, const connectome_result& run);

}  // namespace cortexpr
