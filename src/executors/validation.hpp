#pragma once
// Whether an input and a request fit a network; all that only a run can know.

#include <cortexpr/run/options.hpp>
#include <cortexpr/run/request.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace cortexpr::executors {

/// What a run is about, once its input is known to fit.
struct run_shape {
    std::int64_t batch = 0;
    int steps = 0;
    bool is_sequence = false;
    std::int64_t time_dimension = 1;  ///< of sequences and recordings
};

/// Throws usage_error where the input or the request doesn't fit the plan, or lives elsewhere than the parameters.
run_shape checked(const plan::network& plan, const at::Tensor& input, const run_request& request, at::Device device,
                  at::ScalarType dtype, precision with = precision::float32);

}  // namespace cortexpr::executors
