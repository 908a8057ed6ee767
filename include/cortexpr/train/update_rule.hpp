#pragma once
// How an optimiser steps parameters along their gradients: the built-in rules, and one of a user's own.
//
//     struct Lion {
//         static constexpr std::string_view name = "lion";
//         static constexpr std::array<std::string_view, 1> kept{"mean"};  // for each parameter; 0 at first
//         double now = 0.9, later = 0.99;
//
//         void step(at::Tensor& parameter, const at::Tensor& gradient, std::span<at::Tensor> kept, double rate,
//                   std::int64_t count) const {
//             parameter.sub_(kept[0].lerp(gradient, 1 - now).sign(), rate);
//             kept[0].lerp_(gradient, 1 - later);
//         }
//     };
//     train(network, images, held_out, options, observer, own_rule(Lion{}));
//
// What is kept goes into checkpoints, so that a resumed run ends with the same bits.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/train/training_options.hpp>

#include <ATen/core/Tensor.h>

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {

/// What an optimiser keeps of one parameter; nothing, and 0 steps, of one that has never had a gradient.
struct optimiser_memory {
    std::int64_t step = 0;                     ///< steps taken
    std::map<std::string, at::Tensor> kept{};  ///< of the parameter's shape, by the rule's name and theirs: "adam.mean"
};

/// Parameters that are stepped together, with what belongs to each.
struct stepped_parameters {
    /// By parameter, of one device and dtype.
    std::vector<at::Tensor> parameters{}, gradients{};
    std::vector<std::vector<at::Tensor>> kept{};  ///< in the rule's order, then by parameter
    std::vector<at::Tensor> counts{};             ///< steps taken, this one included: one float32 number each
};

/// How far a step goes.
struct step_size {
    double rate = 0;         ///< learning rate times step gain
    at::Tensor on_device{};  ///< in its place for a step that is replayed: one float32 number ...
    at::Tensor is_void{};    ///< ... and whether, 1, nothing is to be stepped
};

/// What a built-in rule computes with.
struct rule_constants {
    optimiser_kind kind = optimiser_kind::adam;  ///< adam for adamw, too
    bool nesterov = false;                       ///< of stochastic gradient descent's momentum
    double mean_decay = 0;                       ///< of Adam's running mean of the gradient
    double square_decay = 0;                     ///< of the running mean of its square
    double momentum = 0;                         ///< 0: none
    double epsilon = 0;                          ///< added to the root of that mean
};

/// How parameters are stepped from their gradients. Derive one's own from it; docs/training.md has an example.
class update_rule {
  public:
    update_rule() = default;
    update_rule(const update_rule&) = delete;
    update_rule& operator=(const update_rule&) = delete;
    virtual ~update_rule() = default;

    /// Under which checkpoints keep what the rule remembers.
    virtual std::string_view name() const = 0;
    /// Names of the tensors that are kept of each parameter, which start as zeros.
    virtual std::span<const std::string_view> kept() const = 0;
    /// Steps the parameters in place. Called without autograd.
    virtual void step(stepped_parameters& all, const step_size& size) const = 0;
    /// Whether weights shrink by learning rate x weight decay, apart from the gradient.
    virtual bool decouples_decay() const { return false; }
    /// Whether step_size::on_device is understood.
    virtual bool can_be_replayed() const { return false; }
    /// For kernels that step all parameters at once: of the built-in rules.
    virtual std::optional<rule_constants> constants() const { return std::nullopt; }
};

/// The rule that the options name.
std::shared_ptr<const update_rule> rule_of(const optimiser_options& options);

/// A type that is an optimiser, as in the example above.
template <class Rule>
concept UpdateRule = requires(const Rule& rule, at::Tensor& parameter, const at::Tensor& gradient,
                              std::span<at::Tensor> kept, double rate, std::int64_t count) {
    { Rule::name } -> std::convertible_to<std::string_view>;
    std::span<const std::string_view>(Rule::kept);
    rule.step(parameter, gradient, kept, rate, count);
};

namespace detail {

template <UpdateRule Rule>
class own_update_rule final : public update_rule {
  public:
    explicit own_update_rule(Rule rule) : rule_(std::move(rule)) {}

    std::string_view name() const override { return Rule::name; }
    std::span<const std::string_view> kept() const override { return Rule::kept; }
    void step(stepped_parameters& all, const step_size& size) const override {
        for (std::size_t i = 0; i < all.parameters.size(); ++i) {
            std::vector<at::Tensor> kept;
            kept.reserve(all.kept.size());
            for (auto& of_all : all.kept) kept.push_back(of_all[i]);
            rule_.step(all.parameters[i], all.gradients[i], kept, size.rate,
                       static_cast<std::int64_t>(all.counts[i].template item<float>()));
        }
    }

  private:
    Rule rule_;
};

}  // namespace detail

/// For `train`, in place of the options' optimiser.
template <UpdateRule Rule>
std::shared_ptr<const update_rule> own_rule(Rule rule = {}) {
    return std::make_shared<detail::own_update_rule<Rule>>(std::move(rule));
}

}  // namespace cortexpr
