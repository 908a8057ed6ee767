#include "step.hpp"

#include "regression.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <optional>
#include <utility>

namespace cortexpr {

namespace {

answers_and_rates answers_to(trainable& network, const at::Tensor& images, const learning_task& task) {
    RECORD_USER_SCOPE("forward pass");
    if (task.penalties.activity_l1 > 0 || task.penalties.activity_l2 > 0)
        return network.logits_and_rates(images, task.request);
    return {network.logits(images, task.request)};
}

at::Tensor report_on(const at::Tensor& loss, const at::Tensor& right) {
    return at::stack({loss.detach().to(at::kDouble), right.to(at::kDouble)});
}

/// Where the loss is not finite because penalties aren't, they are reported in its place.
at::Tensor with_penalty(const at::Tensor& loss, const at::Tensor& total) {
    return at::where(total.isfinite(), loss.detach(), total.detach());
}

struct outcome_of_passes {
    at::Tensor report;  ///< loss and number of right answers: float64, on the network's device
    at::Tensor total;   ///< the loss with penalties
};

/// Loss and backward pass by kernels that know the loss's gradient; nothing where these aren't there.
std::optional<outcome_of_passes> passes_by_kernels(const answers_and_rates& answers, const learning_task& task,
                                                   const at::Tensor& labels) {
    const auto found = judged(answers.logits, labels, task.criterion);
    if (!found) return std::nullopt;
    if (answers.rates.empty()) {
        answers.logits.backward(found->gradient);
        return outcome_of_passes{found->report, found->loss};
    }
    const auto penalty = activity_penalty(answers.rates, task.penalties);
    torch::autograd::backward({answers.logits, penalty}, {found->gradient, at::ones_like(penalty)});
    const auto total = (found->loss + penalty).detach();
    return outcome_of_passes{report_on(with_penalty(found->loss, total), found->report[1]), total};
}

outcome_of_passes passes_by_operations(const answers_and_rates& answers, const learning_task& task,
                                       const at::Tensor& labels) {
    const auto loss = loss_of(answers.logits, labels, task.criterion);
    const auto total = answers.rates.empty() ? loss : loss + activity_penalty(answers.rates, task.penalties);
    total.backward();
    const auto right = labels.is_floating_point() ? at::zeros({}, loss.options().requires_grad(false))
                                                  : right_answers(answers.logits, labels);
    return {report_on(answers.rates.empty() ? loss : with_penalty(loss, total), right), total.detach()};
}

/// What every training step does; `step` is the optimiser's, and sees the loss. Gives loss and number of right answers,
/// float64 on the network's device.
template <class Step>
at::Tensor report_of(trainable& network, const learning_task& task, const batch_loader::batch& batch,
                     const Step& step) {
    const auto answers = answers_to(network, batch.images, task);
    RECORD_USER_SCOPE("loss and backward pass");
    const auto by_kernels = passes_by_kernels(answers, task, batch.labels);
    const auto [report, total] = by_kernels ? *by_kernels : passes_by_operations(answers, task, batch.labels);
    const at::NoGradGuard no_gradients;
    add_gradients(network, task.costs);
    step(total);
    return report;
}

step_outcome outcome_of(const at::Tensor& report) {
    const auto on_cpu = report.cpu();
    const auto* numbers = on_cpu.const_data_ptr<double>();
    return {numbers[0], static_cast<std::int64_t>(numbers[1])};
}

}  // namespace

step_outcome learn_from(trainable& network, optimiser& optimiser, const learning_task& task,
                        const batch_loader::batch& batch, double learning_rate) {
    return outcome_of(report_of(network, task, batch,
                                [&](const at::Tensor& loss) { optimiser.step(learning_rate, loss, task.clipping); }));
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
    report_ = report_of(network_, task_, batch_,
                        [this](const at::Tensor& loss) { optimiser_.step_with_rates(loss, task_.clipping); });
}

}  // namespace cortexpr
