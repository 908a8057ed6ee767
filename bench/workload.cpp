#include "workload.hpp"

#include <torch/torch.h>

#include <algorithm>

namespace bench {
namespace {

using cortexpr::network_module;

at::Tensor images_for(const load& with) { return torch::randn({with.batch, 1, with.network.size, with.network.size}); }

at::Tensor labels_for(const load& with) { return torch::randint(0, 10, {with.batch}, at::kLong); }

at::Tensor logits_of(network_module& network, const at::Tensor& images, int steps) {
    cortexpr::run_request request;
    request.steps = steps;
    request.answer_only = true;
    return network.run(images, request).logits;
}

at::Tensor loss_of(network_module& network, const at::Tensor& images, const at::Tensor& labels, int steps) {
    return torch::nn::functional::cross_entropy(logits_of(network, images, steps), labels);
}

double largest_of(const at::Tensor& gradient) { return gradient.defined() ? gradient.abs().max().item<double>() : 0.0; }

}  // namespace

workload::workload(const cortexpr::plan::network& plan, const load& with)
    : steps_(with.steps),
      network_(plan, {.seed = 1, .executor = with.executor}),
      images_(images_for(with)),
      labels_(labels_for(with)),
      optimiser_(network_.parameters(), torch::optim::AdamOptions(1e-3)) {}

void workload::train() {
    const auto loss = loss_of(network_, images_, labels_, steps_);
    optimiser_.zero_grad();
    loss.backward();
    optimiser_.step();
    network_.project();
}

void workload::forward() {
    const torch::NoGradGuard no_gradient;
    logits_of(network_, images_, steps_);
}

double gradient_error(const cortexpr::plan::network& plan, const load& with) {
    network_module coarse(plan, {.seed = 1, .executor = with.executor});
    network_module fine(plan, {.dtype = at::kDouble, .seed = 1, .executor = cortexpr::executor::transparent});
    coarse.eval();
    fine.eval();
    const int count = static_cast<int>(plan.parameters.size());
    {
        const torch::NoGradGuard no_gradient;
        for (int i = 0; i < count; ++i) fine.parameter(i).copy_(coarse.parameter(i));
    }
    const auto images = images_for(with), labels = labels_for(with);
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
