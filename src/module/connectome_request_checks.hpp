#pragma once
// What a run of a connectome is asked has to fit it.

#include "../run/run_length.hpp"
#include "connectome_layout.hpp"

#include <cortexpr/run/connectome.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace cortexpr {

/// What a run is about, once its input is known to fit; the input as (steps or 1, S, B).
struct checked_input {
    at::Tensor inputs{};
    std::int64_t batch = 0;
    int steps = 0;
};

/// `size`: numbers that a sample has at a step. \throws usage_error
checked_input checked(const std::string& name, std::int64_t size, const at::Tensor& input,
                      const connectome_request& request, at::Device device, at::ScalarType dtype);

/// \throws usage_error  cells, synapses, steps or amounts of a perturbation that don't fit
void check_perturbations(const connectome_request& request, const connectome_layout& layout, const run_length& run,
                         at::ScalarType dtype);

/// \throws usage_error  a run in continuous time is asked for what goes by steps
void require_continuous(const connectome_request& request);

}  // namespace cortexpr
