#pragma once
// What a network carries from one step to the next, as one list of maps: what a linearised step is a function of.

#include <cortexpr/plan/network.hpp>
#include <cortexpr/run/connectome.hpp>
#include <cortexpr/run/request.hpp>
#include <cortexpr/run/result.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace cortexpr {

/// The states of all neuron types, then outputs of some areas, then feedback to some.
class carried_maps {
  public:
    using maps = std::vector<at::Tensor>;

    /// By area: whether its output is among them, and the feedback that it hears.
    carried_maps(std::vector<bool> outputs, std::vector<bool> feedback)
        : outputs_(std::move(outputs)), feedback_(std::move(feedback)) {}
    /// All that a run recorded, but for feedback that no area sends, which stays the initial one.
    carried_maps(const plan::network& plan, const run_result& run)
        : carried_maps(are_defined(run.outputs), are_defined(run.feedback)) {
        for (std::size_t area = 0; area < feedback_.size(); ++area)
            if (!plan.is_fed(static_cast<int>(area))) feedback_[area] = false;
    }

    void record(run_request& request) const {
        request.record_outputs = outputs_;
        request.record_feedback = feedback_;
    }
    /// At the last step of a run that recorded them, batch first.
    maps after(const run_result& run) const {
        auto all = run.final_states;
        const auto add = [&all](const maps& recorded, const std::vector<bool>& wanted) {
            for (std::size_t area = 0; area < wanted.size(); ++area)
                if (wanted[area]) all.push_back(recorded[area].select(1, -1));
        };
        add(run.outputs, outputs_);
        add(run.feedback, feedback_);
        return all;
    }
    /// A request for the step that follows, from the maps.
    run_request step_from(const maps& before) const {
        run_request request{.steps = 1};
        record(request);
        const auto carried = std::ranges::count(outputs_, true) + std::ranges::count(feedback_, true);
        auto next = before.end() - carried;
        request.initial_states.assign(before.begin(), next);
        const auto take = [&next](const std::vector<bool>& wanted) {
            maps taken(wanted.size());
            for (std::size_t area = 0; area < wanted.size(); ++area)
                if (wanted[area]) taken[area] = *next++;
            return taken;
        };
        request.initial_outputs = take(outputs_);
        request.initial_feedback = take(feedback_);
        return request;
    }

  private:
    static std::vector<bool> are_defined(const maps& all) {
        std::vector<bool> are;
        for (const auto& map : all) are.push_back(map.defined());
        return are;
    }

    std::vector<bool> outputs_, feedback_;  ///< by area
};

/// Those perturbations of a run that act at one of its steps, as perturbations of that step alone, which is the first
/// of a run of its own. Without noise: it is drawn anew for each sample, so that no two would take the same step.
inline std::vector<perturbation> acting_at(int step, std::vector<perturbation> all) {
    std::erase_if(
        all, [step](const perturbation& one) { return one.is == perturbation::kind::noise || !one.acts_at(step); });
    for (auto& one : all) {
        one.from = 1;
        one.to = std::nullopt;
    }
    return all;
}

/// The same of a connectome's.
inline connectome_request acting_at(int step, connectome_request all) {
    const auto keep = [step](auto& some) {
        std::erase_if(some, [step](const auto& one) { return !detail::acts_at(one, step); });
        for (auto& one : some) {
            one.from = 1;
            one.to = std::nullopt;
        }
    };
    keep(all.clamps);
    keep(all.injections);
    keep(all.scales);
    keep(all.frozen_taus);
    all.noises.clear();
    return all;
}

}  // namespace cortexpr
