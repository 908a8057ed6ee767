#include <cortexpr/train/optimiser_groups.hpp>

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <map>

namespace cortexpr {

namespace {

/// Trainable parameters by their step gain.
std::map<double, std::vector<at::Tensor>> by_gain(const parameter_set& network) {
    std::map<double, std::vector<at::Tensor>> groups;
    for (int i = 0; i < network.parameter_count(); ++i)
        if (network.parameter(i).requires_grad()) groups[network.step_gain(i)].push_back(network.parameter(i));
    return groups;
}

}  // namespace

std::vector<torch::optim::OptimizerParamGroup> optimiser_groups(const parameter_set& network, double learning_rate) {
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (auto& [gain, parameters] : by_gain(network))
        groups.emplace_back(std::move(parameters), std::make_unique<torch::optim::AdamOptions>(learning_rate * gain));
    if (groups.empty()) throw usage_error(fmt::format("all parameters of {} are frozen", network.name()));
    return groups;
}

void set_learning_rate(torch::optim::Adam& optimiser, const parameter_set& network, double learning_rate) {
    auto& groups = optimiser.param_groups();
    const auto gains = by_gain(network);
    if (groups.size() != gains.size())
        throw usage_error(
            fmt::format("the optimiser has {} groups, but {} has parameters of {} step gains; make it from "
                        "optimiser_groups(network, learning_rate)",
                        groups.size(), network.name(), gains.size()));
    auto group = groups.begin();
    for (const auto& [gain, parameters] : gains) (group++)->options().set_lr(learning_rate * gain);
}

}  // namespace cortexpr
