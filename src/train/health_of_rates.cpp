#include "health_of_rates.hpp"

#include "evaluation_mode.hpp"
#include "image_moments.hpp"
#include "regression.hpp"

#include <cortexpr/train/images_of.hpp>

#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

namespace cortexpr {

namespace {

constexpr double edge_of_range = 0.05;  // a rate nearer to an end counts as silent or saturated; not tuned

struct range {
    double low = 0;
    std::optional<double> high{};
};

/// The range of a nonlinearity's values; the last of a chain decides. Nothing for one without a lower end.
std::optional<range> range_of(const activation_function& function) {
    if (function.is_custom()) return std::nullopt;
    auto last = activation::none;
    for (const auto member : function.members)
        if (member != activation::none) last = member;
    switch (last) {
        case activation::sigmoid:
        case activation::hard_sigmoid:
            return range{0, 1};
        case activation::tanh:
        case activation::hard_tanh:
            return range{-1, 1};
        case activation::relu6:
            return range{0, 6};
        case activation::relu:
        case activation::softplus:
            return range{0, std::nullopt};
        default:
            return std::nullopt;
    }
}

double fraction(const at::Tensor& is_so) { return is_so.to(at::kDouble).mean().item<double>(); }

/// The tenth and the ninetieth percentile.
std::pair<double, double> spread_of(const at::Tensor& states) {
    const auto values = states.flatten();
    const auto at = [&](double share) {
        const auto before = std::llround(share * static_cast<double>(values.numel() - 1));
        return std::get<0>(values.kthvalue(before + 1)).item<double>();
    };
    return {at(0.1), at(0.9)};
}

/// The standard deviation between samples (samples, ...) of those that they are drawn from, a mean over the neurons.
double spread_between(const at::Tensor& states) {
    const auto samples = static_cast<double>(states.size(0));
    if (samples < 2) return std::numeric_limits<double>::quiet_NaN();
    return (image_moments(states).variance * (samples / (samples - 1))).sqrt().mean().item<double>();
}

enum class fault : std::uint8_t { none, unbounded, silent, saturated, alike };

fault fault_of(const rate_health& rates) {
    // Not tuned: networks that learn lie far from them, those that fail beyond (docs/learning.md).
    constexpr double nearly_all = 0.97, alike = 0.01;
    if (!std::isfinite(rates.mean)) return fault::unbounded;
    if (rates.silent >= nearly_all) return fault::silent;
    if (rates.silent + rates.saturated >= nearly_all && rates.saturated >= 0.25) return fault::saturated;
    return std::abs(rates.mean) > 1e-6 && rates.spread < alike * std::abs(rates.mean) ? fault::alike : fault::none;
}

std::string text_of(fault kind, const rate_health& rates) {
    switch (kind) {
        case fault::unbounded:
            return "is infinite or NaN";
        case fault::silent:
            return fmt::format("is silent ({:.0f} % of the neurons)", 100 * rates.silent);
        case fault::saturated:
            return fmt::format(
                "is saturated ({:.0f} % of the neurons at the top of their range, {:.0f} % at the bottom)",
                100 * rates.saturated, 100 * rates.silent);
        default:
            return fmt::format("answers all images alike (rates of {:.3g} differ by {:.2g})", rates.mean, rates.spread);
    }
}

/// The health of states (samples, ...) of one type at one step.
rate_health rates_of(const at::Tensor& states, const activation_function& function) {
    rate_health found;
    found.mean = states.mean().item<double>();
    found.spread = spread_between(states);
    std::tie(found.low, found.high) = spread_of(states);
    const auto range = range_of(function);
    if (!range) return found;
    const double margin = range->high ? edge_of_range * (*range->high - range->low) : 1e-6;
    found.silent = fraction(states <= range->low + margin);
    if (range->high) found.saturated = fraction(states >= *range->high - margin);
    return found;
}

/// The trainable parameters of a network with a readout, whose gradients are wanted; none of another network.
std::vector<gradient_health> parameters_to_look_at(const trainable& network) {
    std::vector<gradient_health> all;
    const bool has_readout = network.classes() > 0 || network.targets() > 0;
    for (int i = 0; has_readout && i < network.parameter_count(); ++i)
        if (network.parameter(i).requires_grad()) all.push_back({.parameter = i});
    return all;
}

/// Fills in the sizes of their gradients of the loss.
void look_at_gradients(const trainable& network, const at::Tensor& logits, const at::Tensor& labels,
                       std::vector<gradient_health>& found) {
    std::vector<at::Tensor> parameters;
    for (const auto& one : found) parameters.push_back(network.parameter(one.parameter));
    const auto wanted = labels.to(network.device());
    const auto loss = loss_of(logits, wanted, {.kind = usual_loss(wanted.is_floating_point())});
    const auto arrived = torch::autograd::grad({loss}, parameters, {}, std::nullopt, false, /*allow_unused=*/true);
    for (std::size_t i = 0; i < arrived.size(); ++i)
        if (arrived[i].defined() && arrived[i].numel() > 0)
            found[i].size = arrived[i].square().mean().sqrt().item<double>();
}

/// A sentence for each type with a fault at the last step: earlier it may not have been reached yet.
std::vector<std::string> faults_by_type(std::span<const rate_health> rates,
                                        const std::function<std::string(int)>& type) {
    std::vector<std::string> all;
    for (std::size_t last = 0; last < rates.size(); ++last) {
        if (last + 1 < rates.size() && rates[last + 1].type == rates[last].type) continue;
        const auto kind = fault_of(rates[last]);
        if (kind == fault::none) continue;
        std::size_t first = last;
        while (first > 0 && rates[first - 1].type == rates[last].type && fault_of(rates[first - 1]) == kind) --first;
        all.push_back(fmt::format("{} {} from step {} on", type(rates[last].type), text_of(kind, rates[last]),
                                  rates[first].step));
    }
    return all;
}

struct uneven_gradients {
    std::vector<std::string> vanishing, exploding;  ///< names of parameters
};

/// Of the parameters whose gradients are far below or far above those of the others.
uneven_gradients uneven_among(std::span<const gradient_health> gradients, std::span<const plan::parameter> parameters) {
    constexpr double least = 1e-6, most = 1e4;  // times the median; not tuned, in networks that learn it is 0.01 to 100
    const auto declared = [&](const gradient_health& one) -> const plan::parameter& {
        return parameters[static_cast<std::size_t>(one.parameter)];
    };
    // Rates that have settled don't depend on tau: it may well have no gradient.
    const auto is_tau = [&](const gradient_health& one) {
        const auto is = declared(one).is;
        return is == plan::parameter::role::tau || is == plan::parameter::role::cell_tau;
    };
    std::vector<double> sizes;
    for (const auto& one : gradients)
        if (!is_tau(one)) sizes.push_back(one.size);
    if (sizes.empty()) return {};
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2));
    const double middle = sizes[sizes.size() / 2];
    uneven_gradients found;
    for (const auto& one : gradients) {
        const std::string name(std::string_view(declared(one).name));
        if (!(one.size > least * middle) && !is_tau(one)) found.vanishing.push_back(name);
        if (middle > 0 && one.size > most * middle) found.exploding.push_back(name);
    }
    return found;
}

}  // namespace

std::string with_others(std::string_view first, std::size_t others, std::string_view noun) {
    if (others == 0) return std::string(first);
    return fmt::format("{} and {} more {}{}", first, others, noun, others > 1 ? "s" : "");
}

void look_at_rates(int type, const at::Tensor& states, const activation_function& function,
                   std::vector<rate_health>& found) {
    for (std::int64_t step = 0; step < states.size(1); ++step) {
        auto rates = rates_of(states.select(1, step), function);
        rates.type = type;
        rates.step = static_cast<int>(step) + 1;
        found.push_back(rates);
    }
}

at::Tensor wanted_of(const data::labelled_images& examples, int first, int count) {
    return examples.has_targets() ? targets_of(examples, first, count) : labels_of(examples, first, count);
}

network_health health_of(trainable& network, const at::Tensor& labels,
                         const std::function<at::Tensor(std::vector<rate_health>&)>& run) {
    const evaluation_mode scope(network);
    network_health found;
    found.gradients = parameters_to_look_at(network);
    const at::AutoGradMode gradients(!found.gradients.empty());
    const auto logits = run(found.rates);
    if (!found.gradients.empty()) look_at_gradients(network, logits, labels, found.gradients);
    return found;
}

std::vector<std::string> complaints_of(const network_health& found, const std::function<std::string(int)>& type,
                                       std::span<const plan::parameter> parameters) {
    auto all = faults_by_type(found.rates, type);
    if (std::ranges::any_of(found.rates, [](const auto& one) { return fault_of(one) == fault::unbounded; })) return all;
    const auto unbounded =
        std::ranges::find_if(found.gradients, [](const auto& one) { return !std::isfinite(one.size); });
    if (unbounded != found.gradients.end()) {
        all.push_back(fmt::format("the gradient of {} is infinite or NaN",
                                  std::string_view(parameters[static_cast<std::size_t>(unbounded->parameter)].name)));
        return all;
    }
    const auto [vanishing, exploding] = uneven_among(found.gradients, parameters);
    if (!vanishing.empty())
        all.push_back(fmt::format("no gradient to speak of reaches {}",
                                  with_others(vanishing.front(), vanishing.size() - 1, "parameter")));
    if (!exploding.empty())
        all.push_back(fmt::format("the gradient explodes at {}, beside those of the others",
                                  with_others(exploding.front(), exploding.size() - 1, "parameter")));
    return all;
}

}  // namespace cortexpr
