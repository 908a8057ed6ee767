#include "step.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <torch/types.h>

#include <cmath>

namespace cortexpr {

namespace {

answers_and_rates answers_to(trainable& network, const at::Tensor& images, const learning_task& task) {
    RECORD_USER_SCOPE("forward pass");
    if (task.penalties.activity_l1 > 0 || task.penalties.activity_l2 > 0)
        return network.logits_and_rates(images, task.request);
    return {network.logits(images, task.request)};
}

/// What every training step does; `step` is the optimiser's, and sees the loss. Gives loss and number of right answers,
/// float64 on the network's device.
template <class Step>
at::Tensor report_of(trainable& network, const learning_task& task, const batch_loader::batch& batch,
                     const Step& step) {
    const auto [logits, rates] = answers_to(network, batch.images, task);
    RECORD_USER_SCOPE("loss and backward pass");
    auto loss = classification_loss(logits, batch.labels, task.criterion);
    const auto total = rates.empty() ? loss : loss + activity_penalty(rates, task.penalties);
    total.backward();
    const at::NoGradGuard no_gradients;
    add_gradients(network, task.costs);
    clip_gradients(network, task.clipping);
    step(total.detach());
    if (!rates.empty()) loss = at::where(total.isfinite(), loss, total);
    return at::stack({loss.detach().to(at::kDouble), right_answers(logits, batch.labels).to(at::kDouble)});
}

step_outcome outcome_of(const at::Tensor& report) {
    const auto on_cpu = report.cpu();
    const auto* numbers = on_cpu.const_data_ptr<double>();
    return {numbers[0], static_cast<std::int64_t>(numbers[1])};
}

}  // namespace

step_outcome learn_from(trainable& network, optimiser& optimiser, const learning_task& task,
                        const batch_loader::batch& batch, double learning_rate) {
    return outcome_of(report_of(network, task, batch, [&](const at::Tensor& loss) {
        if (std::isfinite(loss.item<double>())) {
            optimiser.step(learning_rate);
        } else {
            network.zero_grad();
        }
    }));
}

fixed_step::fixed_step(trainable& network, optimiser& optimiser, learning_task task, const batch_loader::batch& like,
                       std::unique_ptr<repeated_work> repeated)
    : network_(network),
      optimiser_(optimiser),
      task_(std::move(task)),
      batch_{at::empty_like(like.images), at::empty_like(like.labels)},
      repeated_(std::move(repeated)) {}

step_outcome fixed_step::learn_from(const batch_loader::batch& batch, double learning_rate) {
    batch_.images.copy_(batch.images);
    batch_.labels.copy_(batch.labels);
    optimiser_.set_rates(learning_rate);
    repeated_->run([this] { work(); });
    return outcome_of(report_);
}

void fixed_step::work() {
    report_ = report_of(network_, task_, batch_, [this](const at::Tensor& loss) {
        optimiser_.step_with_rates(loss.isfinite().logical_not().to(at::kFloat));
    });
}

}  // namespace cortexpr
