#pragma once
// A declared network as a LibTorch module, with the user's names on it.
//
//     auto net    = cortexpr::make<Digits>({.device = "cpu", .seed = 1});
//     auto logits = net->forward(images, steps{5});                                    // (B, 10)
//     auto run    = net->run(images, steps{5}, record<V1, E>{}, silence<V1, I>{.from = 2});
//     auto rates  = run.state<V1, E>();                                                // (B, 5, 16, 28, 28)
//
// A model is a network_module, and so a torch::nn::Module: parameters(), named_parameters(), train(), eval() and to()
// are LibTorch's, and clone() gives a model<Digits>; save, load, project and freezing by index are network_module's.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/module/recording.hpp>
#include <cortexpr/module/run_options.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>

#include <boost/hana/flatten.hpp>
#include <boost/hana/tuple.hpp>

#include <memory>
#include <type_traits>

namespace cortexpr {

namespace errors {

/// A connectome has no parameters before its file is read.
template <class Connectome>
struct connectome_without_files {
    static_assert(
        never<connectome_without_files>,
        "[cortexpr] a connectome is made with the files of its synapses and cells, and chooses its executor by "
        "itself: make<Motion>({.synapses = \"synapses.csv\", .cells = \"cells.csv\"}), of "
        "<cortexpr/module/connectome_model.hpp>");
};

}  // namespace errors

/// A network of the type Declared: a classifier, a network or a single area.
template <class Declared>
class model : public network_module {
  public:
    /// The declared network with new parameters. Throws what network_module's constructor does.
    explicit model(const module_options& options = {}) : network_module(plan_of<Declared>, options) {}

    using network_module::freeze;
    using network_module::parameter;
    using network_module::perturb;
    using network_module::run;
    using network_module::set;

    /// Shows a still image (B, C, H, W) for some steps: logits (B, classes) of a classifier, otherwise the last area's
    /// output at the last step, (B, C, H, W).
    at::Tensor forward(const at::Tensor& images, cortexpr::steps steps) {
        return answer(network_module::run(images, {.steps = steps.count, .answer_only = true}));
    }

    /// A number in place of `steps{5}` doesn't compile (rule P20).
    template <class Number>
    requires std::is_arithmetic_v<Number> at::Tensor forward(const at::Tensor& images, Number) {
        static_assert(sizeof(errors::P20_number_instead_of_steps<Number>) > 0);
        return images;
    }

    /// Shows a sequence, (B, T, C, H, W) or (T, B, C, H, W).
    at::Tensor forward(const at::Tensor& sequence, cortexpr::layout layout = layout::batch_first) {
        return answer(network_module::run(sequence, {.steps = {}, .layout = layout, .answer_only = true}));
    }

    /// Runs, records and steers: `options` are steps{5}, step_count<5>{} or continuous_time{.end = 5}, a layout,
    /// all_logits{}, record<V1, E>{}, record_output<V1>{}, record_feedback<V1>{}, start<V1, E>{state},
    /// start_output<V1>{output}, start_feedback<V1>{feedback} and perturbations (module/probes.hpp), in any order.
    /// Throws usage_error where the input or a tensor doesn't fit.
    template <class... Options>
    auto run(const at::Tensor& input, const Options&... options) {
        if constexpr (detail::options_fit<Declared, Options...>) {
            run_request request;
            (detail::ask<Declared>(request, options), ...);
            auto result = network_module::run(input, request);
            auto values = boost::hana::to_map(
                boost::hana::flatten(boost::hana::make_tuple(detail::recorded<Declared, Options>(result)...)));
            return recording<Declared, run_result, decltype(values), detail::constant_steps<Options...>>(
                std::move(result), std::move(values), request.layout == layout::time_first ? 0 : 1);
        } else {
            return recording<detail::refused_network, run_result, boost::hana::map<>>({}, {});
        }
    }

    /// From now on, all runs are perturbed, those of a training too: perturb(silence<V1, I>{.from = 2},
    /// cut<feedback<V2, V1>>{}). What an earlier call asked for ends; perturb() ends all.
    template <class... Perturbations>
    void perturb(const Perturbations&... perturbations) {
        if constexpr (detail::perturbations_fit<Declared, Perturbations...>)
            network_module::perturb({detail::untyped<Declared>(perturbations)...});
    }

    /// A parameter by its name: parameter(weight_of<V1, E, I>{}), parameter(tau_of<V1, E>{}).
    template <class Name>
    const at::Tensor& parameter(Name) const {
        return parameter(index_of<Name>());
    }
    /// The weight of an edge, (C_target, C_source / groups, kh, kw): weight<V1, E, I>(), weight<V1, E, to_output>().
    template <class... Names>
    const at::Tensor& weight() const {
        return parameter(weight_of<Names...>{});
    }
    /// The bias of an edge, (C_target).
    template <class... Names>
    const at::Tensor& bias() const {
        return parameter(bias_of<Names...>{});
    }
    /// `output` in place of `to_output` doesn't compile (rule P27).
    template <class Area, class Source, template <int, auto, fill> class Output>
    const at::Tensor& weight() const {
        return refused_output<Area, Source>();
    }
    template <class Source, template <int, auto, fill> class Output>
    const at::Tensor& weight() const {
        return refused_output<Source>();
    }
    /// Likewise.
    template <class Area, class Source, template <int, auto, fill> class Output>
    const at::Tensor& bias() const {
        return refused_output<Area, Source>();
    }
    /// Likewise.
    template <class Source, template <int, auto, fill> class Output>
    const at::Tensor& bias() const {
        return refused_output<Source>();
    }

    /// The time constants of a neuron type, of the shape that its tau_mode says.
    template <class... Names>
    const at::Tensor& tau() const {
        return parameter(tau_of<Names...>{});
    }

    /// New values of a parameter, a tensor of its shape or one number for all its elements: set(weight_of<V1, E, I>{},
    /// 2). Throws usage_error for another shape, and for values against Dale's law.
    template <class Name>
    requires(!std::integral<Name>) void set(Name, const at::Tensor& values) { set(index_of<Name>(), values); }
    template <class Name>
    requires(!std::integral<Name>) void set(Name, double value) { set(index_of<Name>(), value); }

    /// Parameters that training leaves as they are: freeze(weight_of<V1, E, I>{}, tau_of<V1, E>{}).
    template <class... Name>
    requires(!std::integral<Name> && ...) void freeze(Name...) { (freeze(index_of<Name>(), true), ...); }
    /// Takes freezing back.
    template <class... Name>
    void unfreeze(Name...) {
        (freeze(index_of<Name>(), false), ...);
    }

  protected:
    std::shared_ptr<network_module> another(const std::optional<at::Device>& device) const override {
        return std::make_shared<model>(options_for(device));
    }

  private:
    template <class Name>
    static consteval int index_of() {
        return detail::looked_up<Declared, detail::parameter_lookup, Name>;
    }

    template <class... AreaAndSource>
    const at::Tensor& refused_output() const {
        static_assert(sizeof(errors::P27_output_instead_of_to_output<AreaAndSource...>) > 0);
        return parameter(0);
    }

    static at::Tensor answer(const run_result& result) {
        return plan_of<Declared>.has_readout() ? result.logits : result.output;
    }
};

namespace detail {
template <class Declared>
std::shared_ptr<model<Declared>> made(const module_options& options) {
    if constexpr (IsOfConnectome<Declared>) {
        static_assert(sizeof(errors::connectome_without_files<Declared>) > 0);
        return nullptr;
    } else {
        return std::make_shared<model<Declared>>(options);
    }
}
}  // namespace detail

/// A new network, drawn from options.seed by the reference's initialisation.
template <class Declared>
std::shared_ptr<model<Declared>> make(const module_options& options = {}) {
    return detail::made<Declared>(options);
}

/// With an executor that is part of the program: make<Digits, executor::on_chip>({.device = "cuda"}) computes in
/// bfloat16, and doesn't compile where the network doesn't fit on a multiprocessor (schedule/on_chip/fit.hpp).
template <class Declared, executor Wanted>
std::shared_ptr<model<Declared>> make(module_options options = {}) {
    options.executor = Wanted;
    if constexpr (Wanted == executor::on_chip && !detail::IsOfConnectome<Declared>) {
        static_assert(sizeof(requires_on_chip<Declared>) > 0);
        options.precision = precision::bfloat16;
    }
    return detail::made<Declared>(options);
}

}  // namespace cortexpr
