#include "fixed_step.hpp"

#include "classification.hpp"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>

namespace cortexpr {

namespace {

bool is_drawn(fill start) { return start == fill::uniform || start == fill::normal; }

at::Tensor right_answers(const at::Tensor& logits, const at::Tensor& labels) {
    const auto last = logits.dim() == 2 ? logits : logits.select(0, -1);
    return last.argmax(1).eq(labels).sum();
}

}  // namespace

fixed_step::fixed_step(network_module& network, optimiser& optimiser, run_request request,
                       const batch_loader::batch& like, std::unique_ptr<repeated_work> repeated)
    : network_(network),
      optimiser_(optimiser),
      request_(std::move(request)),
      batch_{at::empty_like(like.images), at::empty_like(like.labels)},
      repeated_(std::move(repeated)) {}

fixed_step::outcome fixed_step::learn_from(const batch_loader::batch& batch, double learning_rate) {
    batch_.images.copy_(batch.images);
    batch_.labels.copy_(batch.labels);
    optimiser_.set_rates(learning_rate);
    repeated_->run([this] { work(); });
    const auto report = report_.cpu();
    const auto* numbers = report.const_data_ptr<double>();
    return {numbers[0], static_cast<std::int64_t>(numbers[1])};
}

void fixed_step::work() {
    const auto logits = network_.run(batch_.images, request_).logits;
    const auto loss = classification_loss(logits, batch_.labels);
    loss.backward();
    const at::NoGradGuard no_gradients;
    optimiser_.step_with_rates(loss.detach().isfinite().logical_not().to(at::kFloat));
    report_ = at::stack({loss.detach().to(at::kDouble), right_answers(logits, batch_.labels).to(at::kDouble)});
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
