#include <cortexpr/train/health.hpp>

#include "health_of_rates.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>
#include <cortexpr/schedule/least_steps.hpp>
#include <cortexpr/train/images_of.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>

namespace cortexpr {

namespace {

std::string_view name_of_type(const plan::network& network, int type) {
    return network.types[static_cast<std::size_t>(type)].name;
}

std::string shown_type(const plan::network& network, int type) {
    const auto area = network.types[static_cast<std::size_t>(type)].area;
    return fmt::format("{} of {}", name_of_type(network, type), network.areas[static_cast<std::size_t>(area)].name);
}

std::string steps_text(int steps) { return steps == 1 ? "1 step" : fmt::format("{} steps", steps); }

/// What a run of that many steps is too short for, and the parameters that get no gradient for that reason.
struct too_short {
    std::string sentence;
    std::vector<bool> parameters;
};

too_short too_short_for(const plan::network& network, int steps) {
    const auto least = plan::least_steps_of(network);
    too_short found{.sentence = {}, .parameters = std::vector<bool>(network.parameters.size())};
    std::string first;
    int others = -1;
    const auto look_at = [&](const auto& edges, const std::vector<int>& needed) {
        for (std::size_t i = 0; i < edges.size(); ++i) {
            if (needed[i] <= steps) continue;
            if (++others == 0) first = full_name(network, edges[i]);
            for (const int parameter : {edges[i].weight, edges[i].bias})
                if (parameter >= 0) found.parameters[static_cast<std::size_t>(parameter)] = true;
        }
    };
    look_at(network.edges, least.edges);
    look_at(network.feedback, least.feedback);
    if (steps < least.answer)
        found.sentence = fmt::format("in {} the stimulus doesn't reach the answer: that takes {}", steps_text(steps),
                                     steps_text(least.answer));
    else if (others >= 0)
        found.sentence = fmt::format(
            "in {} {} reach the answer; in {} the terms of all edges do", steps_text(steps),
            others > 0
                ? fmt::format("the terms of {} don't", with_others(first, static_cast<std::size_t>(others), "edge"))
                : fmt::format("the term of {} doesn't", first),
            steps_text(least.all));
    return found;
}

}  // namespace

network_health health(network_module& network, const at::Tensor& inputs, const at::Tensor& labels, int steps) {
    return health_of(network, labels, [&](std::vector<rate_health>& rates) {
        const auto& types = network.plan().types;
        run_request request;
        if (!is_sequence(inputs)) request.steps = steps;
        request.record_states.assign(types.size(), true);
        const auto run = network.run(inputs, request);
        for (std::size_t type = 0; type < types.size(); ++type)
            look_at_rates(static_cast<int>(type), run.states[type].detach(), types[type].nonlinearity, rates);
        return run.logits;
    });
}

network_health health(network_module& network, const data::labelled_images& examples, int steps) {
    const int count = std::min(examples.count, most_health_examples);
    return health(network, images_of(examples, 0, count).to(network.device(), network.dtype()),
                  wanted_of(examples, 0, count), steps);
}

std::vector<std::string> complaints(const plan::network& network, const network_health& found) {
    // What follows from the number of steps alone is said as such, and not of the gradients, too.
    const int steps = found.rates.empty() ? 0 : found.rates.back().step;
    too_short known;
    if (steps > 0) known = too_short_for(network, steps);
    auto rest = found;
    if (!known.sentence.empty())
        std::erase_if(rest.gradients, [&](const gradient_health& one) {
            return known.parameters[static_cast<std::size_t>(one.parameter)];
        });
    auto all = complaints_of(
        rest, [&](int type) { return shown_type(network, type); }, network.parameters);
    if (!known.sentence.empty()) all.insert(all.begin(), known.sentence);
    return all;
}

}  // namespace cortexpr
