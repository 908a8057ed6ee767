#include "workload.hpp"

#include "module/device_memory.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/torch.h>

#include <algorithm>

namespace bench {
namespace {

using cortexpr::network_module;

constexpr double learning_rate = 1e-3;

at::Tensor images_for(const load& with) { return torch::randn({with.batch, 1, with.network.size, with.network.size}); }

at::Tensor labels_for(const load& with) { return torch::randint(0, 10, {with.batch}, at::kLong); }

cortexpr::logits_request request_for(int steps) { return {.steps = steps}; }

at::Tensor logits_of(network_module& network, const at::Tensor& images, int steps) {
    return network.logits(images, request_for(steps));
}

at::Tensor loss_of(network_module& network, const at::Tensor& images, const at::Tensor& labels, int steps) {
    return torch::nn::functional::cross_entropy(logits_of(network, images, steps), labels);
}

double largest_of(const at::Tensor& gradient) { return gradient.defined() ? gradient.abs().max().item<double>() : 0.0; }

}  // namespace

workload::workload(const cortexpr::plan::network& plan, const load& with)
    : steps_(with.steps),
      network_(plan, {.device = with.device, .seed = 1, .executor = with.executor, .precision = with.precision}),
      images_(images_for(with).to(network_.device())),
      labels_(labels_for(with).to(network_.device())),
      optimiser_(network_, {}) {
    if (!with.cuda_graph) return;
    network_.generator(at::globalContext().defaultGenerator(network_.device()));
    replayed_.emplace(network_, optimiser_, cortexpr::learning_task{request_for(steps_)},
                      cortexpr::batch_loader::batch{images_, labels_},
                      cortexpr::cuda_graph_on(network_.device(), network_.generator()));
}

void workload::train() {
    if (replayed_) {
        replayed_->learn_from({images_, labels_}, learning_rate);
    } else {
        loss_of(network_, images_, labels_, steps_).backward();
        optimiser_.step(learning_rate);
    }
    wait();
}

void workload::gradients() {
    loss_of(network_, images_, labels_, steps_).backward();
    network_.zero_grad();
    wait();
}

void workload::forward() {
    const torch::NoGradGuard no_gradient;
    logits_of(network_, images_, steps_);
    wait();
}

at::Tensor workload::logits() { return logits_of(network_, images_, steps_); }

void workload::wait() const {
    const auto device = network_.device();
    if (!device.is_cpu()) c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

std::int64_t workload::peak_device_bytes() const {
    const auto peak = cortexpr::peak_memory_of(network_.device());
    return peak ? peak->held_by_tensors : 0;
}

double gradient_error(const cortexpr::plan::network& plan, const load& with) {
    network_module coarse(plan,
                          {.device = with.device, .seed = 1, .executor = with.executor, .precision = with.precision});
    network_module fine(
        plan, {.device = with.device, .dtype = at::kDouble, .seed = 1, .executor = cortexpr::executor::transparent});
    coarse.eval();
    fine.eval();
    const int count = static_cast<int>(plan.parameters.size());
    {
        const torch::NoGradGuard no_gradient;
        for (int i = 0; i < count; ++i) fine.parameter(i).copy_(coarse.parameter(i));
    }
    const auto images = images_for(with).to(coarse.device()), labels = labels_for(with).to(coarse.device());
    loss_of(coarse, images, labels, with.steps).backward();
    loss_of(fine, images.to(at::kDouble), labels, with.steps).backward();
    double largest = 0, worst = 0;
    for (int i = 0; i < count; ++i) largest = std::max(largest, largest_of(fine.parameter(i).grad()));
    for (int i = 0; i < count; ++i) {
        const double scale = std::max(largest_of(fine.parameter(i).grad()), vanishing * largest);
        const auto& exact = fine.parameter(i).grad();
        if (exact.defined() && scale > 0)
            worst = std::max(worst, largest_of(coarse.parameter(i).grad().to(at::kDouble) - exact) / scale);
    }
    return worst;
}

}  // namespace bench
