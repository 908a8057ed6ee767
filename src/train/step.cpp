#include "step.hpp"

#include "classification.hpp"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

namespace {

bool is_drawn(fill start) { return start == fill::uniform || start == fill::normal; }

/// What every training step does; `step` is Adam's, and sees the loss. Gives loss and number of right answers, float64
/// on the network's device.
template <class Step>
at::Tensor report_of(network_module& network, const run_request& request, const batch_loader::batch& batch,
                     const Step& step) {
    const auto logits = network.run(batch.images, request).logits;
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

step_outcome learn_from(network_module& network, optimiser& optimiser, const run_request& request,
                        const batch_loader::batch& batch, double learning_rate) {
    return outcome_of(report_of(network, request, batch, [&](const at::Tensor& loss) {
        if (std::isfinite(loss.item<double>())) {
            optimiser.step(learning_rate);
        } else {
            network.zero_grad();
        }
    }));
}

fixed_step::fixed_step(network_module& network, optimiser& optimiser, run_request request,
                       const batch_loader::batch& like, std::unique_ptr<repeated_work> repeated)
    : network_(network),
      optimiser_(optimiser),
      request_(std::move(request)),
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

std::string fixed_step::reason_against(const plan::network& network) {
    const auto is_custom = [](const activation_function& function) { return function.custom != nullptr; };
    const bool runs_on_cpu = std::ranges::any_of(network.types, is_custom, &plan::neuron_type::nonlinearity) ||
                             std::ranges::any_of(network.edges, is_custom, &plan::edge::nonlinearity) ||
                             std::ranges::any_of(network.areas, is_custom, &plan::area::output_nonlinearity) ||
                             std::ranges::any_of(network.feedback, is_custom, &plan::feedback_edge::nonlinearity);
    if (runs_on_cpu) return "a nonlinearity of your own runs on the CPU";
    const bool draws_starts = std::ranges::any_of(network.types, is_drawn, &plan::neuron_type::initial_state) ||
                              std::ranges::any_of(network.areas, is_drawn, &plan::area::initial_output) ||
                              std::ranges::any_of(network.areas, is_drawn, &plan::area::initial_feedback);
    return draws_starts ? "starts are drawn on the CPU" : "";
}

}  // namespace cortexpr
