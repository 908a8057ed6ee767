#pragma once
// A network of areas for Python.

#include "owned_by_python.hpp"

#include <cortexpr/module/stored_module.hpp>
#include <cortexpr/train/initialise.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::python {

/// What a run is asked for beside its input, by name: "V1.E" for a neuron type, "V1.output" and "V1.feedback" for an
/// area's maps. The area may be left out where that says enough.
struct named_request {
    std::optional<int> steps{};
    cortexpr::layout layout = cortexpr::layout::batch_first;
    bool all_steps = false;
    std::vector<std::string> record{};
    std::vector<std::string> perturbations{};   ///< "cut V1.E-V1.I" (workbench/named_parts.hpp)
    std::optional<continuous_time> time{};      ///< in place of steps
    std::map<std::string, int> silence{};       ///< the step from which a type's state is 0; the first is 1
    std::map<std::string, at::Tensor> start{};  ///< values before the first step, (B, C, H, W)
};

/// What a run gives, by the names that were asked for; final states by the full names of all types.
struct named_result {
    std::map<std::string, at::Tensor> recorded{}, final_states{};
    at::Tensor output{}, logits{};
    std::vector<double> times{};  ///< in continuous time, of what was recorded
};

class network : public owned_by_python {
  public:
    network(const plan::stored_network& plan, const module_options& options) : module_(plan, options) {}

    /// Without a readout the last area's output, (B, C, H, W).
    at::Tensor answer(const tensors& parameters, bool training, const at::Tensor& input, std::optional<int> steps,
                      layout layout, bool all_steps) override;
    named_result run(const tensors& parameters, bool training, const at::Tensor& input, const named_request& request);

    void initialise(const tensors& parameters, initialisation how, std::uint64_t seed, const at::Tensor& inputs,
                    int steps);

  private:
    trainable& module() override { return module_; }
    const trainable& module() const override { return module_; }

    stored_module module_;
};

}  // namespace cortexpr::python
