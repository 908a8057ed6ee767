#pragma once
// The seam between a network and what runs it. An executor gives features; the readout stands once, around all of them.

#include "aten/equations.hpp"
#include "perturbed_states.hpp"
#include "validation.hpp"

#include <cortexpr/run/request.hpp>
#include <cortexpr/run/values.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace cortexpr::executors {

/// What a run's steps have from one of them on: parameters, and edges that nothing passes.
struct run_part {
    int first_step = 1;
    std::vector<at::Tensor> parameters;
    std::vector<std::uint8_t> cut_edges, cut_feedback;  ///< by index in the plan
};

/// One run, whose input and request were checked. Everything that it refers to lives until the run is over, but the
/// plan's storage longer: a backward pass may come after the network is gone. Executors read perturbations from
/// `silenced_from` and `perturbed` and not from the request.
struct run_context {
    const plan::network& plan;
    parameter_list parameters;
    const at::Tensor& input;
    const run_request& request;
    run_shape shape;
    at::Generator draws;  ///< gives the initial values that are declared as drawn
    cortexpr::precision precision = cortexpr::precision::float32;
    std::vector<int> silenced_from{};  ///< by neuron type: the step from which all its states are 0; 0 for never
    std::shared_ptr<const perturbed_states> perturbed{};  ///< none where no state or drive is changed
    std::shared_ptr<const void> plan_storage{};           ///< of a plan that was made for the run
    /// Where parameters and edges change on the way: what they are, the first steps in `parameters`, too. None where
    /// they don't, and for executors that don't run parts.
    std::vector<run_part> parts{};

    /// The request in the words of the schedule, with the types that are silenced.
    plan::requested requested() const;
};

/// Runs a network forward; what it gives is differentiable. Several threads may run one executor.
class executor {
  public:
    executor() = default;
    executor(const executor&) = delete;
    executor& operator=(const executor&) = delete;
    virtual ~executor() = default;

    virtual run_values<at::Tensor> run(const run_context& context) = 0;
    /// Whether it runs a context with parts.
    virtual bool runs_parts() const { return false; }
};

/// An executor of a kind, as its folder describes it.
std::shared_ptr<executor> make_executor(cortexpr::executor kind);

}  // namespace cortexpr::executors
