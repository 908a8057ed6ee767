#include "step.hpp"

#include "classification.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include <cmath>

namespace cortexpr {

namespace {

/// What every training step does; `step` is Adam's, and sees the loss. Gives loss and number of right answers, float64
/// on the network's device.
template <class Step>
at::Tensor report_of(trainable& network, const logits_request& request, const batch_loader::batch& batch,
                     const Step& step) {
    const auto logits = network.logits(batch.images, request);
    const auto loss = classification_loss(logits, batch.labels);
    loss.backward();
    const at::NoGradGuard no_gradients;
    step(loss.detach());
    return at::stack({loss.detach().to(at::kDouble), right_answers(logits, batch.labels).to(at::kDouble)});
}

step_outcome outcome_of(const at::Tensor& report) {
    const auto on_cpu = report.cpu();
    const auto* numbers = on_cpu.const_data_ptr<double>();
    return {numbers[0], static_cast<std::int64_t>(numbers[1])};
}

}  // namespace

step_outcome learn_from(trainable& network, optimiser& optimiser, const logits_request& request,
                        const batch_loader::batch& batch, double learning_rate) {
    return outcome_of(report_of(network, request, batch, [&](const at::Tensor& loss) {
        if (std::isfinite(loss.item<double>())) {
            optimiser.step(learning_rate);
        } else {
            network.zero_grad();
        }
    }));
}

fixed_step::fixed_step(trainable& network, optimiser& optimiser, logits_request request,
                       const batch_loader::batch& like, std::unique_ptr<repeated_work> repeated)
    : network_(network),
      optimiser_(optimiser),
      request_(request),
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
    report_ = report_of(network_, request_, batch_, [this](const at::Tensor& loss) {
        optimiser_.step_with_rates(loss.isfinite().logical_not().to(at::kFloat));
    });
}

}  // namespace cortexpr
