#include "regression.hpp"

#include <torch/types.h>

#include <cmath>
#include <limits>

namespace cortexpr {

namespace {

/// The costs of errors in units of deviations. Huber's is half a square within one deviation, and linear beyond.
at::Tensor costs_of(const at::Tensor& errors, loss_kind kind) {
    if (kind == loss_kind::absolute_error) return errors.abs();
    if (kind == loss_kind::huber)
        return at::huber_loss(errors, at::zeros_like(errors), at::Reduction::None, /*delta=*/1.0);
    return errors.square();
}

}  // namespace

at::Tensor regression_loss(const at::Tensor& answers, const at::Tensor& targets, const loss_criterion& criterion,
                           at::Reduction::Reduction over_examples) {
    auto errors = answers - targets.to(answers.options());
    if (criterion.target_deviations.defined()) errors = errors / criterion.target_deviations;
    const auto costs = costs_of(errors, criterion.kind);
    if (over_examples == at::Reduction::Mean) return costs.mean();
    return costs.mean(-1).sum() / (answers.dim() == 2 ? 1 : answers.size(0));
}

at::Tensor loss_of(const at::Tensor& answers, const at::Tensor& wanted, const loss_criterion& criterion,
                   at::Reduction::Reduction over_examples) {
    return wanted.is_floating_point() ? regression_loss(answers, wanted, criterion, over_examples)
                                      : classification_loss(answers, wanted, criterion, over_examples);
}

void fit_sums::add(const at::Tensor& answers, const at::Tensor& targets) {
    const auto last = last_step(answers);
    const auto squares = (last.detach().to(at::kDouble) - targets.to(last.device(), at::kDouble)).square().sum(0);
    squares_ = squares_.defined() ? squares_ + squares : squares;
}

std::vector<target_fit> fit_sums::fits() const {
    const auto squares = squares_.cpu();
    const auto count = static_cast<double>(examples_.count);
    std::vector<target_fit> all;
    for (const auto& target : measured_targets(examples_)) {
        const double missed = squares[std::ssize(all)].item<double>();
        const double spread = count * target.standard_deviation * target.standard_deviation;
        const double r2 = target.is_constant ? std::numeric_limits<double>::quiet_NaN() : 1 - missed / spread;
        all.push_back({.r2 = r2, .rms_error = std::sqrt(missed / count)});
    }
    return all;
}

last_layer last_layer_of(const parameter_set& network) {
    using role = plan::parameter::role;
    last_layer found;
    const auto declared = network.declared_parameters();
    for (int i = 0; i < network.parameter_count(); ++i) {  // the last of each
        const auto is = declared[static_cast<std::size_t>(i)].is;
        if (is == role::readout_weight) found.weight = i;
        if (is == role::readout_bias) found.bias = i;
    }
    return found;
}

std::vector<at::Tensor> readout_units(const parameter_set& network, const data::labelled_images& examples) {
    if (!examples.has_targets()) return {};
    std::vector<double> units;
    for (const auto& target : measured_targets(examples))
        units.push_back(std::exp2(std::round(std::log2(target.standard_deviation))));
    const auto [weight, bias] = last_layer_of(network);
    const auto of_targets = at::tensor(units, at::kDouble).to(network.parameter(bias).options().requires_grad(false));
    std::vector<at::Tensor> all(static_cast<std::size_t>(network.parameter_count()));
    all[static_cast<std::size_t>(weight)] = of_targets.unsqueeze(1);
    all[static_cast<std::size_t>(bias)] = of_targets;
    return all;
}

}  // namespace cortexpr
