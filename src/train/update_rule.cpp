#include <cortexpr/train/update_rule.hpp>

#include <torch/types.h>

#include <array>

namespace cortexpr {

namespace {

/// `to` becomes `value`, but in a void step of a graph, which has no branch.
void put(at::Tensor& to, const at::Tensor& value, const step_size& size) {
    to.copy_(size.is_void.defined() ? at::where(size.is_void.to(at::kBool), to, value) : value);
}

/// D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; with decoupled decay: I. Loshchilov,
/// F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
class adam final : public update_rule {
  public:
    explicit adam(const optimiser_options& options)
        : decoupled_(options.optimiser == optimiser_kind::adamw),
          mean_decay_(options.mean_decay.value_or(0.9)),
          square_decay_(options.square_decay.value_or(0.999)),
          epsilon_(options.epsilon) {}

    std::string_view name() const override { return "adam"; }
    std::span<const std::string_view> kept() const override { return names; }
    bool decouples_decay() const override { return decoupled_; }
    bool can_be_replayed() const override { return true; }
    std::optional<rule_constants> constants() const override {
        return rule_constants{.kind = optimiser_kind::adam,
                              .mean_decay = mean_decay_,
                              .square_decay = square_decay_,
                              .epsilon = epsilon_};
    }
    void step(stepped_parameters& all, const step_size& size) const override {
        const auto with = [&](const auto& rate) {
            at::_fused_adam_(all.parameters, all.gradients, all.kept[0], all.kept[1], /*max_exp_avg_sqs=*/{},
                             all.counts, rate, mean_decay_, square_decay_, /*weight_decay=*/0, epsilon_,
                             /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/{}, found_in(size));
        };
        size.on_device.defined() ? with(size.on_device) : with(size.rate);
    }

  private:
    static std::optional<at::Tensor> found_in(const step_size& size) {
        return size.is_void.defined() ? std::optional(size.is_void) : std::nullopt;
    }
    static constexpr std::array<std::string_view, 2> names{"mean", "square"};

    bool decoupled_;
    double mean_decay_, square_decay_, epsilon_;
};

/// With the heavy ball's momentum, or Nesterov's.
class sgd final : public update_rule {
  public:
    explicit sgd(const optimiser_options& options)
        : momentum_(options.momentum.value_or(0.9)), nesterov_(options.nesterov) {}

    std::string_view name() const override { return "sgd"; }
    std::span<const std::string_view> kept() const override { return names; }
    bool can_be_replayed() const override { return true; }
    std::optional<rule_constants> constants() const override {
        return rule_constants{.kind = optimiser_kind::sgd, .nesterov = nesterov_, .momentum = momentum_};
    }
    void step(stepped_parameters& all, const step_size& size) const override {
        if (size.on_device.defined()) return step_in_graph(all, size);
        at::_foreach_mul_(all.kept[0], momentum_);
        at::_foreach_add_(all.kept[0], all.gradients);
        if (nesterov_) {
            at::_foreach_add_(all.parameters, all.gradients, -size.rate);
            at::_foreach_add_(all.parameters, all.kept[0], -size.rate * momentum_);
        } else {
            at::_foreach_add_(all.parameters, all.kept[0], -size.rate);
        }
    }

  private:
    void step_in_graph(stepped_parameters& all, const step_size& size) const {
        for (std::size_t i = 0; i < all.parameters.size(); ++i) {
            const auto along = all.kept[0][i] * momentum_ + all.gradients[i];
            const auto step = nesterov_ ? all.gradients[i] + momentum_ * along : along;
            put(all.parameters[i], all.parameters[i] - size.on_device * step, size);
            put(all.kept[0][i], along, size);
        }
    }

    static constexpr std::array<std::string_view, 1> names{"momentum"};

    double momentum_;
    bool nesterov_;
};

/// T. Tieleman, G. Hinton, lecture 6.5 of "Neural networks for machine learning", 2012.
class rmsprop final : public update_rule {
  public:
    explicit rmsprop(const optimiser_options& options)
        : decay_(options.square_decay.value_or(0.99)),
          momentum_(options.momentum.value_or(0)),
          epsilon_(options.epsilon) {}

    std::string_view name() const override { return "rmsprop"; }
    std::span<const std::string_view> kept() const override { return std::span(names).first(momentum_ > 0 ? 2 : 1); }
    bool can_be_replayed() const override { return true; }
    std::optional<rule_constants> constants() const override {
        return rule_constants{
            .kind = optimiser_kind::rmsprop, .square_decay = decay_, .momentum = momentum_, .epsilon = epsilon_};
    }
    void step(stepped_parameters& all, const step_size& size) const override {
        if (size.on_device.defined()) return step_in_graph(all, size);
        auto& squares = all.kept[0];
        at::_foreach_mul_(squares, decay_);
        at::_foreach_addcmul_(squares, all.gradients, all.gradients, 1 - decay_);
        auto roots = at::_foreach_sqrt(squares);
        at::_foreach_add_(roots, epsilon_);
        if (momentum_ > 0) {
            at::_foreach_mul_(all.kept[1], momentum_);
            at::_foreach_addcdiv_(all.kept[1], all.gradients, roots, 1);
            at::_foreach_add_(all.parameters, all.kept[1], -size.rate);
        } else {
            at::_foreach_addcdiv_(all.parameters, all.gradients, roots, -size.rate);
        }
    }

  private:
    void step_in_graph(stepped_parameters& all, const step_size& size) const {
        for (std::size_t i = 0; i < all.parameters.size(); ++i) {
            const auto& gradient = all.gradients[i];
            const auto square = all.kept[0][i] * decay_ + (1 - decay_) * gradient * gradient;
            auto along = gradient / (square.sqrt() + epsilon_);
            if (momentum_ > 0) along += momentum_ * all.kept[1][i];
            put(all.parameters[i], all.parameters[i] - size.on_device * along, size);
            put(all.kept[0][i], square, size);
            if (momentum_ > 0) put(all.kept[1][i], along, size);
        }
    }

    static constexpr std::array<std::string_view, 2> names{"square", "momentum"};

    double decay_, momentum_, epsilon_;
};

}  // namespace

std::shared_ptr<const update_rule> rule_of(const optimiser_options& options) {
    switch (options.optimiser) {
        case optimiser_kind::sgd:
            return std::make_shared<sgd>(options);
        case optimiser_kind::rmsprop:
            return std::make_shared<rmsprop>(options);
        case optimiser_kind::adam:
        case optimiser_kind::adamw:
            break;
    }
    return std::make_shared<adam>(options);
}

}  // namespace cortexpr
