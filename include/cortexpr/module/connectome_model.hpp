#pragma once
// A declared connectome as a LibTorch module, with the user's names on it.
//
//     auto net    = cortexpr::make<Directions>({.synapses = "connections.csv.gz", .cells = "cell_types.csv.gz"});
//     auto logits = net->forward(stimulus, steps{10});                                          // (B, 4)
//     auto run    = net->run(stimulus, steps{10}, record_states{}, silence<L1>{.from = 3}, inject<Mi1>{.current =
//     0.5}); auto rates  = run.state<T4a>();                                                           // (B, 10, cells
//     of T4a)
//
// A model is a connectome_module, and so a torch::nn::Module and what the trainer takes.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/connectome_files.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/connectome_probes.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace cortexpr {

/// The state before the first step, (B, N) or (1, N).
struct start_cells {
    /// Rates, for all neurons of the graph in its order.
    at::Tensor state;
};

/// What a run of a declared connectome gives.
template <class Declared>
class connectome_recording : public connectome_result {
  public:
    /// What `of` gave; the module must outlive the recording.
    connectome_recording(connectome_result result, const connectome_module& of)
        : connectome_result(std::move(result)), of_(of) {}

    /// The states of a type's cells, (B, T, cells) or time first. \throws usage_error  states weren't recorded
    template <class CellType>
    at::Tensor state() const {
        const int type = detail::cell_type_index<Declared, CellType>();
        return states_of(of_, states, type);
    }

  private:
    const connectome_module& of_;
};

/// A connectome of the type Declared, or a classifier of one.
template <class Declared>
class connectome_model : public connectome_module {
  public:
    /// The declared connectome with the cells and synapses of `data`. Throws usage_error where the data don't fit the
    /// declaration.
    explicit connectome_model(const connectome_data& data, const connectome_options& options = {})
        : connectome_module(plan_of<Declared>, data, options) {}

    using connectome_module::cells_of;
    using connectome_module::perturb;
    using connectome_module::run;

    /// Shows a still input for some steps: logits (B, classes) of a classifier, otherwise the outputs (B, O).
    at::Tensor forward(const at::Tensor& input, cortexpr::steps shown) {
        return answer(connectome_module::run(input, {.steps = shown.count}));
    }
    /// Shows a sequence, (B, T, S) or (T, B, S).
    at::Tensor forward(const at::Tensor& sequence, cortexpr::layout layout = layout::batch_first) {
        return answer(connectome_module::run(sequence, {.steps = {}, .layout = layout}));
    }
    template <class Number>
    requires std::is_arithmetic_v<Number> at::Tensor forward(const at::Tensor& input, Number) {
        static_assert(sizeof(errors::P20_number_instead_of_steps<Number>) > 0);
        return input;
    }

    /// Runs, records and steers; options in any order: steps{5}, a layout, all_logits{}, record_states{},
    /// record_outputs{}, start_cells{state}, silence<L1>{.from = 2}, clamp<L1>{}, inject<L1>{}, noise<L1>{},
    /// freeze_tau<L1>{}, scale_edge<L1, Mi1>{}, cut<L1, Mi1>{}, and by number clamp_cells{}, inject_cells{},
    /// noise_cells{}, freeze_tau_cells{} and scale_synapses{}. \throws usage_error  where the input or an option
    /// doesn't fit
    template <class... Options>
    connectome_recording<Declared> run(const at::Tensor& input, const Options&... options) {
        connectome_request request;
        (ask(request, options), ...);
        return {connectome_module::run(input, request), *this};
    }

    /// From now on, all runs are perturbed, those of a training too: perturb(silence<L1>{.from = 2}, cut<L1, Mi1>{}),
    /// and by number clamp_cells{}. What an earlier call asked for ends; perturb() ends all. \throws usage_error  as
    /// run
    template <class... Perturbations>
    void perturb(const Perturbations&... perturbations) {
        (detail::require_perturbation<Declared, Perturbations>(), ...);
        connectome_request request;
        (ask(request, perturbations), ...);
        connectome_module::perturb(std::move(request));
    }

    /// The cells of a type, rising.
    template <class CellType>
    std::vector<std::int32_t> cells_of() const {
        return cells_of(detail::cell_type_index<Declared, CellType>());
    }

  protected:
    /// For clones, which share the layout.
    explicit connectome_model(std::shared_ptr<const connectome_layout> layout, const connectome_options& options)
        : connectome_module(std::move(layout), options) {}
    std::shared_ptr<connectome_module> another(const connectome_options& options) const override {
        return std::shared_ptr<connectome_module>(new connectome_model(layout(), options));
    }

  private:
    static at::Tensor answer(const connectome_result& result) {
        return plan_of<Declared>.has_readout() ? result.logits : result.output;
    }

    /// Cells have no subtypes or positions to choose from.
    template <class CellType>
    std::vector<std::int32_t> all_of(const perturbed_part& where) const {
        if (!where.is_whole())
            throw usage_error(
                "all cells of a type are perturbed alike; name some by number, as with clamp_cells{} or "
                "inject_cells{}");
        return cells_of<CellType>();
    }

    /// \throws usage_error  no synapse leads from the one type to the other
    template <class Presynaptic, class Postsynaptic>
    std::vector<std::int32_t> all_between() const {
        detail::require_projection<Declared, Presynaptic, Postsynaptic>();
        auto found = synapses_between(detail::cell_type_index<Declared, Presynaptic>(),
                                      detail::cell_type_index<Declared, Postsynaptic>());
        if (found.empty())
            throw usage_error("no synapse leads from " + std::string(type_name<Presynaptic>) + " to " +
                              std::string(type_name<Postsynaptic>) + ", so none can be scaled or cut");
        return found;
    }

    void ask(connectome_request& request, const steps& option) const { request.steps = option.count; }
    template <int Count>
    void ask(connectome_request& request, const step_count<Count>&) const {
        request.steps = Count;
    }
    void ask(connectome_request& request, const cortexpr::layout& option) const { request.layout = option; }
    void ask(connectome_request& request, const all_logits&) const { request.all_logits = true; }
    void ask(connectome_request& request, const record_states&) const { request.record_states = true; }
    void ask(connectome_request& request, const record_outputs&) const { request.record_outputs = true; }
    void ask(connectome_request& request, const start_cells& option) const { request.initial_state = option.state; }
    void ask(connectome_request& request, const clamp_cells& option) const { request.clamps.push_back(option); }
    void ask(connectome_request& request, const inject_cells& option) const { request.injections.push_back(option); }
    void ask(connectome_request& request, const noise_cells& option) const { request.noises.push_back(option); }
    void ask(connectome_request& request, const scale_synapses& option) const { request.scales.push_back(option); }
    void ask(connectome_request& request, const freeze_tau_cells& option) const {
        request.frozen_taus.push_back(option);
    }
    template <class CellType>
    void ask(connectome_request& request, const noise<CellType>& option) const {
        request.noises.push_back({.cells = all_of<CellType>(option.where),
                                  .deviation = option.deviation,
                                  .from = option.from,
                                  .to = option.to});
    }
    template <class CellType>
    void ask(connectome_request& request, const freeze_tau<CellType>& option) const {
        request.frozen_taus.push_back(
            {.cells = cells_of<CellType>(), .value = option.value, .from = option.from, .to = option.to});
    }
    template <class Presynaptic, class Postsynaptic>
    void ask(connectome_request& request, const scale_edge<Presynaptic, Postsynaptic>& option) const {
        request.scales.push_back({.synapses = all_between<Presynaptic, Postsynaptic>(),
                                  .factor = option.factor,
                                  .from = option.from,
                                  .to = option.to});
    }
    template <class Presynaptic, class Postsynaptic>
    void ask(connectome_request& request, const cut<Presynaptic, Postsynaptic>& option) const {
        request.scales.push_back(
            {.synapses = all_between<Presynaptic, Postsynaptic>(), .factor = 0, .from = option.from, .to = option.to});
    }
    template <class CellType>
    void ask(connectome_request& request, const silence<CellType>& option) const {
        request.clamps.push_back({.cells = all_of<CellType>(option.where), .from = option.from, .to = option.to});
    }
    template <class CellType>
    void ask(connectome_request& request, const clamp<CellType>& option) const {
        request.clamps.push_back(
            {.cells = all_of<CellType>(option.where), .value = option.value, .from = option.from, .to = option.to});
    }
    template <class CellType>
    void ask(connectome_request& request, const inject<CellType>& option) const {
        request.injections.push_back(
            {.cells = all_of<CellType>(option.where), .current = option.current, .from = option.from, .to = option.to});
    }
    template <class Option>
    void ask(connectome_request&, const Option&) const {
        detail::refuse_option<Declared, Option>();
    }
};

/// A connectome over a graph.
template <class Declared>
requires detail::IsOfConnectome<Declared> std::shared_ptr<connectome_model<Declared>> make(
    const connectome_data& data, const connectome_options& options = {}) {
    return std::make_shared<connectome_model<Declared>>(data, options);
}

/// A connectome over files, which are checked against the declaration. \throws file_error, usage_error  as
/// circuit::load
template <class Declared>
requires detail::IsOfConnectome<Declared> std::shared_ptr<connectome_model<Declared>> make(
    const circuit::files& files, const connectome_options& options = {}, circuit::report* found = nullptr) {
    return make<Declared>(load_connectome(plan_of<Declared>, files, found), options);
}

}  // namespace cortexpr
