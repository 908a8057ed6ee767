#pragma once
// What the trainer needs of a network, of whatever family: parameters, logits of examples, a generator.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/dsl/neuron.hpp>
#include <cortexpr/module/parameter_set.hpp>

#include <ATen/core/Generator.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr {

/// How examples are shown, and which steps answer.
struct logits_request {
    std::optional<int> steps{};  ///< for still images; sequences bring their own number
    bool all_steps = false;      ///< answers at every step, (T, B, classes), in place of the last one's
};

/// Answers to examples, and the activity that they come from.
struct answers_and_rates {
    at::Tensor logits{};              ///< as `trainable::logits` gives them
    std::vector<at::Tensor> rates{};  ///< of all neurons, images and steps, in tensors of any shape
};

/// What the trainer needs of a network, whether it has grids or single cells.
class trainable : public parameter_set {
  public:
    using parameter_set::parameter_set;

    /// Answers of the readout, a classifier's logits (B, classes) or a regressor's numbers (B, targets): of the last
    /// step, or (T, B, ...) of all steps, to inputs (B, C, H, W) or sequences (B, T, C, H, W). Throws usage_error where
    /// they can't be shown to the network.
    virtual at::Tensor logits(const at::Tensor& inputs, const logits_request& request) = 0;

    /// The same with the rates of all neurons, for what is learnt about these. Costs the memory of a recording.
    virtual answers_and_rates logits_and_rates(const at::Tensor& inputs, const logits_request& request) = 0;

    /// Which elements of a parameter are weights of synapses from cells of a class: 1 or 0, for each element or one for
    /// all of them; undefined where none are, as in readouts, biases and time constants.
    virtual at::Tensor presynaptic(int parameter, neuron_class kind) const = 0;
    /// How long these synapses are on the grid that they read, in positions, for each element or in a shape that
    /// broadcasts; undefined where no place is known.
    virtual at::Tensor wiring_lengths(int) const { return {}; }

    /// 0 where the network is no classifier.
    virtual int classes() const = 0;
    /// 0 where the network is no regressor.
    virtual int targets() const = 0;
    /// The shape of one example, or of one step of a sequence: (channels, height, width).
    virtual plan::map_shape input_shape() const = 0;
    /// Whether inputs of as many numbers as input_shape() are taken, whatever their shape.
    virtual bool flattens_inputs() const { return false; }

    /// Why a training step can't be replayed as one graph, as the end of a sentence; empty where it can.
    virtual std::string reason_against_replay() const = 0;

    /// What is drawn while running, dropout and initial states that are declared as drawn, comes from this generator
    /// (on the CPU, whatever the device). Its state belongs into a checkpoint from which training goes on.
    at::Generator generator() const { return draws_; }
    /// From now on, draws come from another one. One on a GPU draws dropout there; drawn starts need one on the CPU.
    void generator(at::Generator draws) { draws_ = std::move(draws); }

  private:
    at::Generator draws_;
};

}  // namespace cortexpr
