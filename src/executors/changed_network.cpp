#include "changed_network.hpp"

#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros_like.h>

#include <cstdint>

namespace cortexpr::executors {

using plan::index;
using kind = perturbation::kind;
using target = perturbation::target;

changed_network::changed_network(const run_context& context, int step)
    : plan_(context.plan), parameters_(context.parameters.begin(), context.parameters.end()) {
    for (const auto& one : context.request.perturbations)
        if (!one.is_of_states() && one.acts_at(step)) apply(one);
}

run_part changed_network::from_step(int step) const {
    run_part part{step, parameters_, {}, {}};
    const auto flags = [](const std::set<int>& cut, std::size_t count) {
        std::vector<std::uint8_t> all(count);
        for (const int number : cut) all[index(number)] = 1;
        return all;
    };
    part.cut_edges = flags(cut_edges_, plan_.edges.size());
    part.cut_feedback = flags(cut_feedback_, plan_.feedback.size());
    return part;
}

std::shared_ptr<const plan::stored_network> changed_network::plan() const {
    std::vector<plan::area> areas(plan_.areas.begin(), plan_.areas.end());
    std::vector<plan::edge> edges;
    for (auto& area : areas) {
        const auto own = plan_.edges_of(area);
        const int first = area.first_edge;
        area.first_edge = static_cast<int>(edges.size());
        for (int i = 0; i < area.edges; ++i) {
            const auto& edge = own[index(i)];
            const bool is_cut = cut_edges_.contains(first + i);
            const bool is_last = is_cut && !has_other_drive(edge, first + i);
            if (is_cut && !is_last) continue;
            edges.push_back(edge);
            if (is_last) edges.back().nonlinearity = activation::none;
        }
        area.edges = static_cast<int>(edges.size()) - area.first_edge;
    }
    std::vector<plan::feedback_edge> feedback;
    for (int i = 0; i < static_cast<int>(plan_.feedback.size()); ++i) {
        const auto& edge = plan_.feedback[index(i)];
        const bool is_cut = cut_feedback_.contains(i), is_last = is_cut && !has_other_feedback(edge.to, i);
        if (is_cut && !is_last) continue;
        feedback.push_back(edge);
        if (is_last) feedback.back().nonlinearity = activation::none;
    }
    auto changed = plan_;
    changed.areas = areas;
    changed.edges = edges;
    changed.feedback = feedback;
    return std::make_shared<const plan::stored_network>(changed);
}

void changed_network::apply(const perturbation& one) {
    if (one.is == kind::freeze_tau) {
        auto& tau = parameters_[index(plan_.types[index(one.index)].tau_parameter)];
        tau = one.amount ? at::full_like(tau.detach(), *one.amount) : tau.detach();
        return;
    }
    const bool is_edge = one.of == target::edge;
    const int weight = is_edge ? plan_.edges[index(one.index)].weight : plan_.feedback[index(one.index)].weight;
    const int bias = is_edge ? plan_.edges[index(one.index)].bias : plan_.feedback[index(one.index)].bias;
    if (one.is == kind::scale_edge) {
        parameters_[index(weight)] = parameters_[index(weight)] * *one.amount;
        return;
    }
    (is_edge ? cut_edges_ : cut_feedback_).insert(one.index);
    for (const int parameter : {weight, bias})
        if (parameter >= 0) parameters_[index(parameter)] = at::zeros_like(parameters_[index(parameter)].detach());
}

bool changed_network::has_other_drive(const plan::edge& edge, int number) const {
    const auto& area = plan_.areas[index(edge.area)];
    for (int other = area.first_edge; other < area.first_edge + area.edges; ++other)
        if (plan_.edges[index(other)].postsynaptic == edge.postsynaptic &&
            (other < number || !cut_edges_.contains(other)))
            return other != number;
    return false;
}

bool changed_network::has_other_feedback(int area, int number) const {
    for (int other = 0; other < static_cast<int>(plan_.feedback.size()); ++other)
        if (plan_.feedback[index(other)].to == area && (other < number || !cut_feedback_.contains(other)))
            return other != number;
    return false;
}

}  // namespace cortexpr::executors
