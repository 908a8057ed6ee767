#pragma once
// A connectome, or a classifier of one, as a LibTorch module. Not a template: it runs any plan::connectome with any
// circuit::graph; module/connectome_model.hpp puts the user's types around it.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/run/connectome.hpp>
#include <cortexpr/schedule/connectome_work.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {

struct connectome_layout;
struct connectome_indices;

namespace executors {
class recurrence;
}

/// Where and in which precision a connectome lives, and what its weights start from.
struct connectome_options {
    std::string device = "cpu";                                 ///< "cpu", "cuda", or "cuda:1"
    at::ScalarType dtype = at::kFloat;                          ///< float32 or float64
    std::uint64_t seed = 0;                                     ///< of all draws; the same seed gives the same bits
    cortexpr::executor executor = cortexpr::executor::planned;  ///< or transparent
    /// What synaptic weights start from.
    cortexpr::starting_weights weights = cortexpr::starting_weights::by_total_input;
};

/// A network of single cells that runs, and its parameters:
///
///     z(t) = W_in x(t) + W (s * h(t-1)) + b        s: the sign of the presynaptic cell
///     h(t) = f(z(t)) / tau + (1 - 1/tau) h(t-1)    f >= 0 where the type is rectified
///     out(t) = W_out h(t) + b_out
///
/// Cells are numbered as in the graph; a parameter's name and shape are the reference's where it has one: hh.values
/// (one for each synapse, in the graph's order), hh.bias, tau, ih.*, ho.*, and rnn. before them in a classifier.
class connectome_module : public trainable {
  public:
    /// \throws usage_error  a device or dtype that isn't there, or a graph that doesn't fit the plan
    connectome_module(const plan::connectome& plan, const connectome_data& data,
                      const connectome_options& options = {});
    ~connectome_module() override;

    /// Over storage of the module.
    const plan::connectome& plan() const noexcept;
    /// Neurons of the graph, N.
    std::int64_t cell_count() const noexcept;
    /// Connected pairs of the graph.
    std::int64_t synapse_count() const;
    /// Numbers of one input, S.
    std::int64_t input_size() const noexcept;
    /// Numbers of one output.
    std::int64_t output_size() const noexcept;
    /// What of the graph says how much a run computes: for plan::product_steps_of and view::plan_text.
    plan::circuit_size size() const;
    /// The cells of a type of the plan, rising.
    std::vector<std::int32_t> cells_of(int type) const;
    /// The cell of an id of the graph or, where the graph has no ids, of a number ("17"); std::nullopt where there is
    /// none.
    std::optional<std::int32_t> find_cell(std::string_view id) const;
    /// Likewise. \throws usage_error  there is none
    std::int32_t cell_of(std::string_view id) const;
    /// By cell; empty where the graph has none, and numbers are ids.
    const std::vector<std::string>& ids() const noexcept;
    /// Those from cells of a type onto cells of another, both of the plan, by number in the graph, rising.
    std::vector<std::int32_t> synapses_between(int presynaptic, int postsynaptic) const;

    /// By cell: the class of its type or, of a hybrid type, that which the graph says of it.
    std::span<const neuron_class> classes_of_cells() const noexcept;
    /// The ends of synapses, by number in the graph.
    std::vector<std::int32_t> presynaptic_cells() const;
    /// Likewise.
    std::vector<std::int32_t> postsynaptic_cells() const;
    /// Cells, synapses and sparse projections, from which another module of the plan can be made: with as_in_the_file,
    /// and this one's parameters copied to it, the same network. A synapse weighs what it started from or, where
    /// strengths are scaled by counts, its count.
    connectome_data data() const;
    /// What synapses weigh, by number in the graph, without the sign of the cell that sends them.
    at::Tensor synaptic_weights();
    /// W_in x of an input that `run` takes: (1, N, B) of a still one, (T, N, B) of a sequence, batch first.
    /// \throws usage_error  an input that doesn't fit
    at::Tensor stimulus_currents(const at::Tensor& input);

    /// Runs on a still input, (B, S) or images (B, C, H, W) of S pixels, or a sequence (B, T, S) or (B, T, C, H, W),
    /// time first on request. \throws usage_error  an input or request that doesn't fit
    connectome_result run(const at::Tensor& input, const connectome_request& request) {
        return run_with(parameters_in_order(), is_training(), input, request);
    }
    /// The same with tensors that stand in for the parameters, in their order, and a mode in place of is_training():
    /// for a module in Python, which owns both. \throws usage_error  likewise, and where they don't have the
    /// parameters' shapes, or not one device and dtype
    connectome_result run_with(std::span<const at::Tensor> stand_ins, bool training, const at::Tensor& input,
                               const connectome_request& request);

    /// From now on, all runs are perturbed, those of a training too, before what their requests ask for: by this
    /// request's clamps, injections, noises, scales and frozen time constants. A request of none ends it. Parameters
    /// stay as they are, and their gradients are those of the perturbed network. A clone has the same perturbations.
    /// \throws usage_error  a cell, synapse, step or amount that can't be, or what else a request has
    void perturb(connectome_request perturbations);
    /// Those of all runs.
    const connectome_request& perturbations() const noexcept { return perturbations_; }

    at::Tensor logits(const at::Tensor& inputs, const logits_request& request) override;
    answers_and_rates logits_and_rates(const at::Tensor& inputs, const logits_request& request) override;
    at::Tensor presynaptic(int parameter, neuron_class kind) const override;
    int classes() const override { return plan().is_classifier() ? plan().readout.classes : 0; }
    int targets() const override { return plan().is_regressor() ? plan().readout.classes : 0; }
    plan::map_shape input_shape() const override { return {1, 1, static_cast<int>(input_size())}; }
    bool flattens_inputs() const override { return true; }
    std::string reason_against_replay() const override;
    std::string fingerprint() const override;
    std::string wiring() const override;

    /// Draws all parameters anew.
    void reset_parameters(std::uint64_t seed);

    std::shared_ptr<torch::nn::Module> clone(const std::optional<at::Device>& device) const override;

  protected:
    /// Shares the layout, for clones; parameters are drawn as the options say.
    connectome_module(std::shared_ptr<const connectome_layout> layout, const connectome_options& options);
    /// A module of the same type, whose parameters are yet to be copied.
    virtual std::shared_ptr<connectome_module> another(const connectome_options& options) const;
    /// Which entry of a parameter each cell and synapse reads.
    std::shared_ptr<const connectome_layout> layout() const { return layout_; }
    /// The ends of synapses, by the reference's names: hh.indices (2, n), row 0 postsynaptic; of sparse projections
    /// too.
    std::vector<fixed_tensor> fixed_tensors() const override;
    bool is_known(std::string_view name) const override;

  private:
    /// What runs need besides parameters, for where these live.
    struct preparation {
        std::shared_ptr<executors::recurrence> runner{};
        std::shared_ptr<const connectome_indices> indices{};
        std::optional<at::Device> device{};
        at::ScalarType dtype = at::kFloat;
    };
    preparation prepared(at::Device device, at::ScalarType dtype);
    void set_step_gains();

    std::shared_ptr<const connectome_layout> layout_;
    connectome_options options_;
    connectome_request perturbations_;
    std::mutex guard_;
    preparation prepared_;  ///< made when the first run starts
};

/// One type's cells of recorded states, (B, T, N) or (T, B, N). \throws usage_error  states weren't recorded
at::Tensor states_of(const connectome_module& network, const at::Tensor& states, int type);

}  // namespace cortexpr
