#include "loop_gain.hpp"

#include "evaluation_mode.hpp"

#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

namespace {

// Steps of the power iteration, of which the last are counted, and images that it starts from. Not tuned.
constexpr int iterations = 14, counted = 8, most_images = 8;
constexpr double disturbance = 1e-3;  // root mean square, against rates of about 0.1 to 1 in float32

using maps = std::vector<at::Tensor>;

/// For each image, the root mean square over all maps: (B).
at::Tensor size_of(const maps& all) {
    at::Tensor sum;
    std::int64_t elements = 0;
    for (const auto& map : all) {
        if (!map.defined()) continue;
        const auto here = map.to(at::kDouble).square().flatten(1).sum(1);
        sum = sum.defined() ? sum + here : here;
        elements += map.numel() / map.size(0);
    }
    return (sum / static_cast<double>(elements)).sqrt();
}

/// The step of a network as a map from all that it carries on to the same a step later.
class one_step {
  public:
    one_step(network_module& network, const circuit_state& around) : network_(network), around_(around) {
        const auto areas = network.plan().areas.size();
        request_.steps = 1;
        request_.record_outputs.assign(areas, true);
        request_.record_feedback.assign(areas, false);
        for (std::size_t i = 0; i < areas; ++i)
            request_.record_feedback[i] = i < around.feedback.size() && around.feedback[i].defined();
    }

    maps start() const {
        maps all = around_.states;
        all.insert(all.end(), around_.outputs.begin(), around_.outputs.end());
        all.insert(all.end(), around_.feedback.begin(), around_.feedback.end());
        return all;
    }

    /// Whether a map must not be negative: rates of a type with a sign.
    bool is_rate(std::size_t map) const {
        const auto& types = network_.plan().types;
        return map < types.size() && types[map].kind != neuron_class::hybrid && !types[map].signed_rates;
    }

    maps after(const maps& before) {
        const auto types = around_.states.size(), areas = around_.outputs.size();
        const auto part = [&](std::size_t first, std::size_t count) {
            const auto begin = before.begin() + static_cast<std::ptrdiff_t>(first);
            return maps(begin, begin + static_cast<std::ptrdiff_t>(count));
        };
        request_.initial_states = part(0, types);
        request_.initial_outputs = part(types, areas);
        request_.initial_feedback = part(types + areas, around_.feedback.size());
        auto run = network_.run(around_.image, request_);
        return circuit_maps(run);
    }

  private:
    static maps circuit_maps(const run_result& run) {
        maps all = run.final_states;
        for (const auto& recorded : {run.outputs, run.feedback})
            for (const auto& map : recorded) all.push_back(map.defined() ? map.select(1, 0) : map);
        return all;
    }

    network_module& network_;
    const circuit_state& around_;
    run_request request_;
};

}  // namespace

circuit_state state_after(const run_result& run, const at::Tensor& inputs) {
    const auto last = [](const maps& recorded) {
        maps found;
        for (const auto& map : recorded) found.push_back(map.defined() ? map.select(1, -1) : map);
        return found;
    };
    const auto few = [](maps all) {
        for (auto& map : all)
            if (map.defined()) map = map.narrow(0, 0, std::min<std::int64_t>(map.size(0), most_images));
        return all;
    };
    const auto image = inputs.dim() == 5 ? inputs.select(1, -1) : inputs;
    return {few({image}).front(), few(run.final_states), few(last(run.outputs)), few(last(run.feedback))};
}

double loop_gain(network_module& network, const circuit_state& around, bool inhibition_held) {
    const at::NoGradGuard no_gradients;
    one_step step(network, around);
    const auto rest = step.start();
    const auto here = step.after(rest);
    auto draws = at::detail::createCPUGenerator(1);
    maps moved;
    for (const auto& map : rest)
        moved.push_back(
            map.defined() ? at::empty(map.sizes(), map.options().device(at::kCPU)).normal_(0, 1, draws).to(map.device())
                          : map);
    const auto hold = [&](maps& all) {
        for (std::size_t type = 0; inhibition_held && type < network.plan().types.size(); ++type)
            if (network.plan().types[type].kind == neuron_class::inhibitory) all[type] = at::zeros_like(all[type]);
    };
    hold(moved);
    at::Tensor growth;  // of each image, summed logarithms
    for (int i = 0; i < iterations; ++i) {
        const auto size = size_of(moved);
        if (i > iterations - counted) growth = growth.defined() ? growth + size.log() : size.log();
        for (std::size_t j = 0; j < moved.size(); ++j) {
            if (!moved[j].defined()) continue;
            const auto scale = (disturbance / size.clamp_min(1e-12)).to(moved[j].scalar_type());
            moved[j] = rest[j] + moved[j] * scale.view({-1, 1, 1, 1});
            if (step.is_rate(j)) moved[j].clamp_min_(0);
        }
        moved = step.after(moved);
        for (std::size_t j = 0; j < moved.size(); ++j)
            if (moved[j].defined()) moved[j] = (moved[j] - here[j]) / disturbance;
        hold(moved);
    }
    growth = growth + size_of(moved).log();
    return std::exp(growth.max().item<double>() / counted);
}

loop_health loops(network_module& network, const at::Tensor& inputs, int steps) {
    const evaluation_mode scope(network);
    const at::NoGradGuard no_gradients;
    const auto& plan = network.plan();
    run_request request;
    if (inputs.dim() == 4) request.steps = steps;
    request.record_outputs.assign(plan.areas.size(), true);
    for (const auto& area : plan.areas)
        request.record_feedback.push_back(area.feedback.channels > 0 && !plan.feedback.empty());
    const auto around = state_after(network.run(inputs, request), inputs);
    loop_health found{.gain = loop_gain(network, around), .without_inhibition = {}};
    for (const auto& type : plan.types)
        if (type.kind == neuron_class::inhibitory && !found.without_inhibition)
            found.without_inhibition = loop_gain(network, around, /*inhibition_held=*/true);
    return found;
}

loop_health loops(network_module& network, const data::labelled_images& examples, int steps) {
    const int count = std::min(examples.count, most_images);
    return loops(network, images_of(examples, 0, count).to(network.device(), network.dtype()), steps);
}

}  // namespace cortexpr
