#include <cortexpr/train/running_means.hpp>

#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include <algorithm>

namespace cortexpr {

std::vector<at::Tensor> running_means_of(const parameter_set& network) {
    std::vector<at::Tensor> means(network.declared_parameters().size());
    for (std::size_t i = 0; i < means.size(); ++i) {
        const auto& parameter = network.parameter(static_cast<int>(i));
        if (parameter.requires_grad()) means[i] = parameter.detach().clone();
    }
    return means;
}

void take_into_means(std::vector<at::Tensor>& means, const parameter_set& network, double decay, std::int64_t step) {
    const at::NoGradGuard no_gradients;
    constexpr double early = 10.0;  // steps in which the mean forgets the start; not tuned
    const auto count = static_cast<double>(step);
    const double weight = 1 - std::min(decay, count / (count + early));
    std::vector<at::Tensor> moving, towards;  // all at once: on a GPU one launch
    for (std::size_t i = 0; i < means.size(); ++i) {
        if (!means[i].defined()) continue;
        moving.push_back(means[i]);
        towards.push_back(network.parameter(static_cast<int>(i)).detach());
    }
    if (!moving.empty()) at::_foreach_lerp_(moving, towards, weight);
}

void put(parameter_set& network, const std::vector<at::Tensor>& values) {
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i].defined()) network.parameter(static_cast<int>(i)).copy_(values[i]);
}

averaged_parameters::averaged_parameters(parameter_set& network, const std::vector<at::Tensor>& means)
    : network_(network) {
    for (std::size_t i = 0; i < means.size(); ++i)
        stepped_.push_back(means[i].defined() ? network.parameter(static_cast<int>(i)).detach().clone() : at::Tensor());
    put(network, means);
    network.project();
}

averaged_parameters::~averaged_parameters() { put(network_, stepped_); }

}  // namespace cortexpr
