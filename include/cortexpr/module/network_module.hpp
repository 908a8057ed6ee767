#pragma once
// A planned network as a LibTorch module. Not a template: it runs any plan::network; module/model.hpp puts the user's
// types around it.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/run/options.hpp>
#include <cortexpr/run/request.hpp>
#include <cortexpr/run/result.hpp>

#include <ATen/core/Generator.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr {

namespace executors {
class executor;
struct run_context;
}  // namespace executors

/// Where and in which precision a network lives. The parameters of a new network are drawn by the reference's
/// initialisation from `seed`; train/initialise.hpp has the others.
struct module_options {
    std::string device = "cpu";                                    ///< "cpu", "cuda", or "cuda:1"
    at::ScalarType dtype = at::kFloat;                             ///< float32 or float64
    std::uint64_t seed = 0;                                        ///< of all draws; the same seed gives the same bits
    cortexpr::executor executor = cortexpr::executor::planned;     ///< on a GPU: on_chip for bfloat16 where the network
                                                                   ///< fits, else batched
    cortexpr::precision precision = cortexpr::precision::float32;  ///< of maps and convolutions
};

/// A network that runs, and its parameters.
///
/// The state of a neuron type is (B, C, H, W) on the grid of its area, and that of a half-density type (B, C,
/// ceil(H/2), ceil(W/2)). An edge from a full grid into a half-density type has stride 2 and so looks at the positions
/// of even row and column, counted from 0; an edge from a half-density type to a full grid, the output's among them,
/// first resizes the map bilinearly (corners not aligned) to the full grid; between half-density types nothing is
/// resized.
class network_module : public trainable {
  public:
    /// The plan's storage must outlive the module (plan_of<...> has static storage).
    /// Throws usage_error for a device or dtype that isn't there, for a precision that those two don't have, and for
    /// executor::on_chip where it can't run the network.
    explicit network_module(const plan::network& network, const module_options& options = {});

    /// What the module runs.
    const plan::network& plan() const noexcept { return plan_; }

    /// Runs the network on a still image (B, C, H, W) or a sequence.
    /// Throws usage_error where the input or a request doesn't fit the plan, where parameters break Dale's law or tau
    /// >= 1 (an optimiser's step without `project`) and, in evaluation, where one is infinite or NaN.
    run_result run(const at::Tensor& input, const run_request& request) {
        return run_with(parameters_in_order(), is_training(), input, request);
    }

    /// The same with tensors that stand in for the parameters, in their order, and a mode in place of is_training():
    /// for a module in Python, which owns both. They may live on another device and be of another dtype than the
    /// parameters. Changes nothing here but what is drawn next, so that several threads may run one network. Throws
    /// usage_error, too, where they don't have the parameters' shapes, or not one device and dtype.
    run_result run_with(std::span<const at::Tensor> stand_ins, bool training, const at::Tensor& input,
                        const run_request& request);

    /// From now on, all runs are perturbed, those of a training too, before what their requests ask for; an empty list
    /// ends it. Parameters stay as they are, and their gradients are those of the perturbed network. A clone has the
    /// same; files do not. Throws usage_error where one doesn't fit the network.
    void perturb(std::vector<perturbation> perturbations);
    /// Those that act on all runs.
    const std::vector<perturbation>& perturbations() const noexcept { return perturbations_; }

    /// The executor that `run` uses.
    cortexpr::executor executor() const;
    /// Throws usage_error for executor::on_chip where it can't run the network.
    void executor(cortexpr::executor wanted);

    /// What was asked for; the module's dtype says how parameters are kept.
    cortexpr::precision precision() const { return precision_; }

    /// Draws all parameters anew, as the constructor does: the reference's initialisation, then a projection. Step
    /// gains become 1 and `generator` starts from `seed` too.
    void reset_parameters(std::uint64_t seed);

    /// A network of its own with the same parameters, frozen or not, step gains, mode and next draws.
    std::shared_ptr<torch::nn::Module> clone(const std::optional<at::Device>& device = std::nullopt) const override;

    at::Tensor logits(const at::Tensor& inputs, const logits_request& request) override;
    answers_and_rates logits_and_rates(const at::Tensor& inputs, const logits_request& request) override;
    at::Tensor presynaptic(int parameter, neuron_class kind) const override;
    at::Tensor wiring_lengths(int parameter) const override;
    int classes() const override { return plan_.is_classifier() ? plan_.readout.classes : 0; }
    int targets() const override { return plan_.is_regressor() ? plan_.readout.classes : 0; }
    plan::map_shape input_shape() const override { return plan_.areas.front().input; }
    std::string reason_against_replay() const override;
    std::string fingerprint() const override;

  protected:
    /// A new network of the same type, plan and options, for `clone`.
    virtual std::shared_ptr<network_module> another(const std::optional<at::Device>& device) const;
    /// Those of this module, elsewhere.
    module_options options_for(const std::optional<at::Device>& device) const;

  private:
    run_values<at::Tensor> values_of(const executors::run_context& context);
    cortexpr::executor executor_on(at::Device device) const;
    std::shared_ptr<executors::executor> runner_of(cortexpr::executor kind);

    plan::network plan_;
    cortexpr::executor executor_;
    cortexpr::precision precision_;
    std::vector<perturbation> perturbations_;
    std::mutex guard_;                                             ///< of what follows
    std::array<std::shared_ptr<executors::executor>, 4> runners_;  ///< by cortexpr::executor, once one has run
};

}  // namespace cortexpr
