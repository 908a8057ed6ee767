#pragma once
// A planned network as a LibTorch module. Not a template: it runs any plan::network; module/model.hpp puts the user's
// types around it.

#include <cortexpr/error.hpp>
#include <cortexpr/plan/network.hpp>
#include <cortexpr/run/options.hpp>
#include <cortexpr/run/request.hpp>
#include <cortexpr/run/result.hpp>

#include <ATen/core/Generator.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cortexpr {

namespace executors::planned {
class kept_memory;
}
namespace executors::on_chip {
class merging;
}

/// Where and in which precision a network lives. The parameters of a new network are drawn by the reference's
/// initialisation from `seed`; train/initialise.hpp has the others.
struct module_options {
    std::string device = "cpu";
    at::ScalarType dtype = at::kFloat;
    std::uint64_t seed = 0;
    cortexpr::executor executor = cortexpr::executor::planned;  ///< on a GPU: on_chip for bfloat16 where the network
                                                                ///< fits, else batched
    cortexpr::precision precision = cortexpr::precision::float32;
};

/// The parameters of a network under the reference's state-dict names, and what runs it.
///
/// The state of a neuron type is (B, C, H, W) on the grid of its area, and that of a half-density type (B, C,
/// ceil(H/2), ceil(W/2)). An edge from a full grid into a half-density type has stride 2 and so looks at the places of
/// even row and column, counted from 0; an edge from a half-density type to a full grid, the output's among them, first
/// resizes the map bilinearly (corners not aligned) to the full grid; between half-density types nothing is resized.
class network_module : public torch::nn::Module {
  public:
    /// The plan's storage must outlive the module (plan_of<...> has static storage).
    /// Throws usage_error for a device or dtype that isn't there, for a precision that those two don't have, and for
    /// executor::on_chip where it can't run the network.
    explicit network_module(const plan::network& network, const module_options& options = {});

    const plan::network& plan() const noexcept { return plan_; }
    at::Device device() const;
    at::ScalarType dtype() const;

    /// Runs the network on a still image (B, C, H, W) or a sequence.
    /// Throws usage_error where the input or a request doesn't fit the plan.
    run_result run(const at::Tensor& input, const run_request& request);

    /// The executor that `run` uses.
    cortexpr::executor executor() const;
    /// Throws usage_error for executor::on_chip where it can't run the network.
    void executor(cortexpr::executor wanted);

    cortexpr::precision precision() const { return precision_; }

    /// Parameter `index` of the plan.
    const at::Tensor& parameter(int index) const { return parameters_.at(static_cast<std::size_t>(index)); }

    /// Gives parameter `index` new values: a tensor of its shape, or one number for all its elements.
    /// Throws usage_error for another shape, and for values against Dale's law or tau >= 1; nothing is changed then.
    void set(int index, const at::Tensor& values);
    void set(int index, double value);

    /// Whether training changes a parameter: frozen ones have requires_grad off.
    void freeze(int index, bool frozen = true);

    /// Draws all parameters anew, as the constructor does: the reference's initialisation, then a projection. Step
    /// gains become 1 and `generator` starts from `seed` too.
    void reset_parameters(std::uint64_t seed);

    /// What is drawn while running, dropout and initial states that are declared as drawn, comes from this generator
    /// (on the CPU, whatever the device). Its state belongs into a checkpoint from which training goes on.
    at::Generator generator() const { return draws_; }
    /// From now on, draws come from another one. One on a GPU draws dropout there; drawn starts need one on the CPU.
    void generator(at::Generator draws) { draws_ = std::move(draws); }

    /// Makes Dale's law and tau >= 1 true again, in place: after each optimiser step, after loading, and after any
    /// other change of parameters. Gradients are not touched.
    void project();

    /// The fixed gain of a parameter: weight = gain x (what Adam steps), which is the same as stepping the weight with
    /// gain x the learning rate. Set by the initialisation; 1 where it set none.
    double step_gain(int index) const { return step_gains_.at(static_cast<std::size_t>(index)); }
    void step_gain(int index, double gain) { step_gains_.at(static_cast<std::size_t>(index)) = gain; }

    /// Writes all parameters as safetensors under the reference's names; atomically.
    void save(const std::string& path, const std::map<std::string, std::string>& metadata = {}) const;

    /// Reads what `save`, or the reference through Python's safetensors, wrote; then projects. A file that doesn't fit
    /// leaves the network as it was and throws file_error with all missing, unexpected and mis-shaped names.
    void load(const std::string& path);

  private:
    plan::network plan_;
    std::vector<at::Tensor> parameters_;  ///< in the plan's order; also registered under their names
    std::vector<double> step_gains_;
    at::Generator draws_;
    cortexpr::executor executor_;
    cortexpr::precision precision_;
    std::shared_ptr<executors::planned::kept_memory> memory_;  ///< of the planned executor
    std::shared_ptr<executors::on_chip::merging> merging_;     ///< of the on-chip executor, once it has run
};

}  // namespace cortexpr
