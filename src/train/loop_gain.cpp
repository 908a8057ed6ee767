#include "loop_gain.hpp"

#include "evaluation_mode.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>
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
        const auto here = map.to(at::kDouble).square().flatten(1).sum(1);
        sum = sum.defined() ? sum + here : here;
        elements += map.numel() / map.size(0);
    }
    return (sum / static_cast<double>(elements)).sqrt();
}

/// Whether a map must not be negative: rates of a type with a sign.
bool is_rate(const plan::network& plan, std::size_t map) {
    return map < plan.types.size() && !plan::has_signed_rates(plan.types[map]);
}

/// The perturbations of a network, put back when this ends.
class kept_perturbations {
  public:
    explicit kept_perturbations(network_module& network) : network_(network), all_(network.perturbations()) {}
    kept_perturbations(const kept_perturbations&) = delete;
    kept_perturbations& operator=(const kept_perturbations&) = delete;
    ~kept_perturbations() { network_.perturb(std::move(all_)); }

  private:
    network_module& network_;
    std::vector<perturbation> all_;
};

}  // namespace

circuit_state state_after(const plan::network& plan, const run_result& run, const at::Tensor& inputs) {
    const auto few = [](const at::Tensor& map) {
        return map.narrow(0, 0, std::min<std::int64_t>(map.size(0), most_images));
    };
    const carried_maps carried(plan, run);
    auto state = carried.after(run);
    for (auto& map : state) map = few(map);
    maps held(run.feedback.size());
    for (std::size_t area = 0; area < held.size(); ++area)
        if (run.feedback[area].defined() && !plan.is_fed(static_cast<int>(area)))
            held[area] = few(run.feedback[area].select(1, -1));
    return {few(is_sequence(inputs) ? inputs.select(1, -1) : inputs), carried, state, held};
}

double loop_gain(network_module& network, const circuit_state& around, bool inhibition_held) {
    const at::NoGradGuard no_gradients;
    const auto step = [&](const maps& before) {
        auto request = around.carried.step_from(before);
        for (std::size_t area = 0; area < around.held_feedback.size(); ++area)
            if (around.held_feedback[area].defined()) request.initial_feedback[area] = around.held_feedback[area];
        return around.carried.after(network.run(around.image, request));
    };
    const auto& rest = around.state;
    const auto here = step(rest);
    auto draws = at::detail::createCPUGenerator(1);
    maps moved;
    for (const auto& map : rest)
        moved.push_back(at::empty(map.sizes(), map.options().device(at::kCPU)).normal_(0, 1, draws).to(map.device()));
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
            const auto scale = (disturbance / size.clamp_min(1e-12)).to(moved[j].scalar_type());
            moved[j] = rest[j] + moved[j] * scale.view({-1, 1, 1, 1});
            if (is_rate(network.plan(), j)) moved[j].clamp_min_(0);
        }
        moved = step(moved);
        for (std::size_t j = 0; j < moved.size(); ++j) moved[j] = (moved[j] - here[j]) / disturbance;
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
    if (!is_sequence(inputs)) request.steps = steps;
    request.record_outputs.assign(plan.areas.size(), true);
    for (const auto& area : plan.areas) request.record_feedback.push_back(plan::hears_feedback(area));
    const auto around = state_after(plan, network.run(inputs, request), inputs);
    const kept_perturbations kept(network);
    network.perturb(
        acting_at((is_sequence(inputs) ? static_cast<int>(inputs.size(1)) : steps) + 1, network.perturbations()));
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
