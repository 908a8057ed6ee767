#pragma once
// A planned network as a LibTorch module. Not a template: it runs any plan::network; torch/model.hpp puts the user's
// types around it.

#include <cortexpr/error.hpp>
#include <cortexpr/plan/network.hpp>

#include <ATen/core/Generator.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {

namespace engine::planned {
class kept_memory;
}
namespace engine::on_chip {
class merging;
}

/// How a network computes. All give the same numbers, up to rounding.
enum class executor : std::uint8_t {
    planned,      ///< the schedule that the type gives, with kernels that take one image after another; on the CPU, no
                  ///< second derivatives
    transparent,  ///< one convolution for each edge and step, plain autograd: the equations as they stand
    batched,      ///< the same schedule over whole batches with LibTorch's operations, on any device; no second
                  ///< derivatives
    on_chip,  ///< on a GPU whose multiprocessors hold the network's states (fits_on_chip): one thread block for each
              ///< image and all steps, with bfloat16 states; for the logits of still images (answer_only) - runs that
              ///< are asked for more are the batched executor's
};

constexpr std::string_view name_of(executor value) {
    constexpr std::string_view names[]{"planned", "transparent", "batched", "on_chip"};
    return names[static_cast<int>(value)];
}

/// Of what maps and convolutions are made while a network runs. Parameters, their gradients, results and files stay
/// float32.
enum class precision : std::uint8_t {
    float32,   ///< or float64, as the parameters are
    tf32,      ///< float32 maps, products of 10 mantissa bits summed in float32; on GPUs from Ampere on
    bfloat16,  ///< what convolutions read has 8 significant bits, sums are float32; not by the transparent executor
};

constexpr std::string_view name_of(precision value) {
    constexpr std::string_view names[]{"float32", "tf32", "bfloat16"};
    return names[static_cast<int>(value)];
}

/// The other way round. Throws usage_error for any other name.
precision precision_named(std::string_view name);

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

/// The order of the first two dimensions of sequences and recordings: (B, T, C, H, W) or (T, B, C, H, W).
enum class layout : std::uint8_t { batch_first, time_first };

/// What one run is asked for. Vectors are empty, or have one entry for each neuron type or area of the plan.
struct run_request {
    std::optional<int> steps;  ///< for a still image (B, C, H, W); a sequence brings its own number
    cortexpr::layout layout = cortexpr::layout::batch_first;
    std::vector<at::Tensor> initial_states{};    ///< by neuron type, (B, C, H, W); here and below, an undefined
                                                 ///< one starts as declared
    std::vector<at::Tensor> initial_outputs{};   ///< by area; read by areas above where area_delay is 1
    std::vector<at::Tensor> initial_feedback{};  ///< by area; heard at the first step (at all steps by an area to which
                                                 ///< the network has no feedback)
    std::vector<bool> record_states{};           ///< by neuron type
    std::vector<bool> record_outputs{};          ///< by area
    std::vector<bool> record_feedback{};         ///< by area
    std::vector<int> silenced_from{};  ///< by neuron type: its state is 0 from this step (the first is 1), while the
                                       ///< biases of its edges still act; 0 = never
    bool all_logits = false;           ///< classifiers: logits of every step, (T, B, classes)
    bool answer_only = false;  ///< only a classifier's logits or a network's output are read: final states, and a
                               ///< classifier's output, may be left undefined, and what only they need isn't computed
};

/// What a run gives. What was not asked for is undefined.
struct run_result {
    std::vector<at::Tensor> states;        ///< by neuron type: (B, T, C, H, W), or time first
    std::vector<at::Tensor> outputs;       ///< by area
    std::vector<at::Tensor> feedback;      ///< by area
    std::vector<at::Tensor> final_states;  ///< by neuron type: (B, C, H, W), always there; feed them to the next run
    at::Tensor output;                     ///< the last area's output at the last step: (B, C, H, W), always there
    at::Tensor logits;                     ///< classifiers: (B, classes), or (T, B, classes)
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
    std::shared_ptr<engine::planned::kept_memory> memory_;  ///< of the planned executor
    std::shared_ptr<engine::on_chip::merging> merging_;     ///< of the on-chip executor, once it has run
};

}  // namespace cortexpr
