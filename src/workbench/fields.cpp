#include <cortexpr/workbench/fields.hpp>

#include "../train/evaluation_mode.hpp"
#include "bounded_activity.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorIndexing.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/special_ndtri.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::workbench {

namespace {

void require_sound(const plan::network& network, const std::vector<neuron_position>& neurons,
                   const field_options& options) {
    if (neurons.empty()) throw usage_error("no neuron was named whose receptive field is wanted");
    if (options.steps < 1 || options.batch_size < 1 || options.stimuli < 2)
        throw usage_error("receptive fields need at least one step, a batch of one and two stimuli");
    if (!(options.deviation > 0) || !std::isfinite(options.deviation))
        throw usage_error(
            fmt::format("white noise of deviation {} drives nothing; give a positive number", options.deviation));
    for (const auto& one : neurons) {
        if (one.type < 0 || one.type >= static_cast<int>(network.types.size()))
            throw usage_error(fmt::format("neuron type {} of {} was named", one.type, network.types.size()));
        const auto& shape = plan::type_at(network, one.type).shape;
        const auto is_within = [](int index, int count) { return index >= 0 && index < count; };
        if (!is_within(one.subtype, shape.channels) || !is_within(one.row, shape.height) ||
            !is_within(one.column, shape.width))
            throw usage_error(fmt::format(
                "there is no neuron {}: {} has {} subtypes on {}x{} positions", name_of(network, one),
                plan::full_name(network, plan::type_at(network, one.type)), shape.channels, shape.height, shape.width));
    }
}

at::Tensor rate_of(const run_result& run, const neuron_position& one) {
    return run.final_states[static_cast<std::size_t>(one.type)].index(
        {at::indexing::Slice(), one.subtype, one.row, one.column});
}

/// Frames say by themselves how many steps there are.
run_request request_for(const field_options& options, bool is_of_frames) {
    run_request request;
    if (!is_of_frames) request.steps = options.steps;
    return request;
}

/// The weights of a field, with zeros for those that chance alone may give.
at::Tensor standing_out(const receptive_field& field) {
    if (!field.error.defined()) return field.weights;
    const double chance = 0.05 / (2.0 * static_cast<double>(field.weights.numel()));
    const auto bound = at::special_ndtri(at::full({}, 1 - chance, at::kDouble));
    return field.weights.where(field.weights.abs() > bound * field.error, 0.0);
}

/// Frames (..., T, C, H, W) as lags: the last frame first.
at::Tensor as_lags(const at::Tensor& frames, bool by_lag) { return by_lag ? frames.flip(0) : frames.unsqueeze(0); }

/// Sums from which the covariances of rates with noise come, and the rates' variance; the noise's mean and variance are
/// known.
class noise_correlation {
  public:
    noise_correlation(std::int64_t neurons, std::int64_t numbers)
        : products_(at::zeros({neurons, numbers}, at::kDouble)),
          noise_sum_(at::zeros({numbers}, at::kDouble)),
          rate_sum_(at::zeros({neurons}, at::kDouble)),
          rate_squares_(rate_sum_.clone()) {}

    /// Rates are (neurons, stimuli), the noise (stimuli, numbers).
    void add(const at::Tensor& rates, const at::Tensor& noise) {
        products_.addmm_(rates, noise);
        noise_sum_ += noise.sum(0);
        rate_sum_ += rates.sum(1);
        rate_squares_ += rates.square().sum(1);
    }

    struct found_fields {
        at::Tensor weights;  ///< (neurons, numbers)
        at::Tensor errors;   ///< (neurons)
    };
    found_fields fields(double stimuli, double noise_deviation) const {
        const auto mean = rate_sum_ / stimuli;
        // Less the mean rate: else its product with the noise's own mean would be the largest part of the error.
        const auto deviation = (rate_squares_ / stimuli - mean.square()).clamp_min(0).sqrt();
        // Rates that differ by less than float32 tells apart don't answer the noise: their products are rounding.
        const auto answers = (deviation > 1e-6 * mean.abs()).unsqueeze(1);
        const auto covariance = products_ - mean.unsqueeze(1) * noise_sum_;
        const double variance = noise_deviation * noise_deviation;
        return {.weights = at::where(answers, covariance / (stimuli * variance), 0.0),
                .errors = deviation / (noise_deviation * std::sqrt(stimuli))};
    }

  private:
    at::Tensor products_, noise_sum_, rate_sum_, rate_squares_;
};

}  // namespace

std::vector<neuron_position> neurons_in(const plan::network& network, std::string_view text) {
    const auto part = part_in(text);
    if (part.has_steps() || part.amount || !part.where.images.empty())
        throw usage_error(
            fmt::format("{} names steps, images or an amount, but a receptive field is of neurons alone", text));
    const int index = plan::find_type(network, part.name);
    const auto& shape = plan::type_at(network, index).shape;
    const auto all_of = [](const std::vector<int>& wanted, int count) {
        if (!wanted.empty()) return wanted;
        std::vector<int> all;
        for (int i = 0; i < count; ++i) all.push_back(i);
        return all;
    };
    const bool has_place = !part.where.rows.empty() || !part.where.columns.empty();
    const auto rows = has_place ? all_of(part.where.rows, shape.height) : std::vector{shape.height / 2};
    const auto columns = has_place ? all_of(part.where.columns, shape.width) : std::vector{shape.width / 2};
    std::vector<neuron_position> neurons;
    for (const int subtype : all_of(part.where.subtypes, shape.channels))
        for (const int row : rows)
            for (const int column : columns) neurons.push_back({index, subtype, row, column});
    require_sound(network, neurons, {});
    return neurons;
}

std::string name_of(const plan::network& network, const neuron_position& one) {
    return fmt::format("{}[{}]@{},{}", plan::full_name(network, plan::type_at(network, one.type)), one.subtype, one.row,
                       one.column);
}

field_shape shape_of(const receptive_field& field) {
    const auto weights = standing_out(field);
    const auto power = weights.square().sum(at::IntArrayRef{0, 1});  // (H, W)
    const auto rows = at::arange(power.size(0), at::kDouble).unsqueeze(1),
               columns = at::arange(power.size(1), at::kDouble);
    const double all = power.sum().item<double>();
    if (!(all > 0)) return {};
    field_shape found{.weights_counted = at::count_nonzero(weights).item<std::int64_t>()};
    found.row = ((power * rows).sum() / all).item<double>();
    found.column = ((power * columns).sum() / all).item<double>();
    found.radius = std::sqrt(
        (power * ((rows - found.row).square() + (columns - found.column).square())).sum().item<double>() / all);
    const auto flat = weights.flatten();
    found.peak = flat[flat.abs().argmax()].item<double>();
    found.excitatory = flat.clamp_min(0).sum().item<double>() / flat.abs().sum().item<double>();
    return found;
}

std::vector<receptive_field> fields_by_noise(network_module& network, const std::vector<neuron_position>& neurons,
                                             const field_options& options) {
    require_sound(network.plan(), neurons, options);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    const auto& shape = network.plan().areas.front().input;
    std::vector<std::int64_t> sizes{shape.channels, shape.height, shape.width};
    if (options.by_lag) sizes.insert(sizes.begin(), options.steps);
    const auto numbers = shape.size() * (options.by_lag ? options.steps : 1);
    const auto count = static_cast<std::int64_t>(neurons.size());
    noise_correlation sums(count, numbers);
    auto draws = at::detail::createCPUGenerator(options.seed);
    const auto request = request_for(options, options.by_lag);
    for (std::int64_t first = 0; first < options.stimuli; first += options.batch_size) {
        const auto here = std::min<std::int64_t>(options.batch_size, options.stimuli - first);
        auto batch = sizes;
        batch.insert(batch.begin(), here);
        const auto noise = at::empty(batch, at::kDouble).normal_(0, options.deviation, draws);
        const auto run = network.run(noise.to(network.device(), network.dtype()), request);
        require_bounded(network.name(), run);
        std::vector<at::Tensor> of_neurons;
        for (const auto& one : neurons) of_neurons.push_back(rate_of(run, one).cpu().to(at::kDouble));
        sums.add(at::stack(of_neurons), noise.flatten(1));
        if (options.progress) options.progress(first + here, options.stimuli);
    }
    const auto [fields, errors] = sums.fields(options.stimuli, options.deviation);
    std::vector<receptive_field> found;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto weights = as_lags(fields[i].view(sizes), options.by_lag);
        found.push_back({neurons[static_cast<std::size_t>(i)], weights, errors[i].expand_as(weights)});
    }
    return found;
}

std::vector<receptive_field> fields_by_gradient(network_module& network, const std::vector<neuron_position>& neurons,
                                                const at::Tensor& stimuli, const field_options& options) {
    require_sound(network.plan(), neurons, options);
    if (!stimuli.defined() || (stimuli.dim() != 4 && stimuli.dim() != 5) || stimuli.size(0) < 1)
        throw usage_error("gradients are taken around stimuli (B, C, H, W), or sequences (B, T, C, H, W)");
    const bool are_sequences = stimuli.dim() == 5, by_lag = options.by_lag || are_sequences;
    if (are_sequences && stimuli.size(1) != options.steps)
        throw usage_error(
            fmt::format("sequences of {} frames can't be shown in {} steps", stimuli.size(1), options.steps));
    const evaluation_mode mode(network);
    const at::AutoGradMode gradients(true);
    const auto request = request_for(options, by_lag);
    std::vector<receptive_field> found;
    const auto all = static_cast<std::int64_t>(neurons.size()) * stimuli.size(0);
    std::int64_t done = 0;
    for (const auto& neuron : neurons) {
        at::Tensor sum;
        for (std::int64_t first = 0; first < stimuli.size(0); first += options.batch_size) {
            const auto here = std::min<std::int64_t>(options.batch_size, stimuli.size(0) - first);
            auto shown = stimuli.narrow(0, first, here).detach().to(network.device(), network.dtype());
            if (by_lag && !are_sequences) shown = shown.unsqueeze(1).repeat({1, options.steps, 1, 1, 1});
            shown = shown.clone().requires_grad_();
            const auto run = network.run(shown, request);
            require_bounded(network.name(), run);
            const auto gradient = torch::autograd::grad({rate_of(run, neuron).sum()}, {shown}, {}, std::nullopt,
                                                        /*create_graph=*/false, /*allow_unused=*/true)
                                      .front();
            const auto part = gradient.defined() ? gradient.sum(0).cpu().to(at::kDouble)
                                                 : at::zeros(shown.sizes().slice(1), at::kDouble);
            sum = sum.defined() ? sum + part : part;
            if (options.progress) options.progress(done += here, all);
        }
        found.push_back({neuron, as_lags(sum / static_cast<double>(stimuli.size(0)), by_lag)});
    }
    return found;
}

}  // namespace cortexpr::workbench
