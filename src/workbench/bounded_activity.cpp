#include "bounded_activity.hpp"

#include "../module/constraints.hpp"

#include <cortexpr/train/trainer.hpp>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

namespace cortexpr {

void require_bounded(std::string_view network, const at::Tensor& values) {
    const at::NoGradGuard no_gradients;
    if (!values.defined() || is_finite(values)) return;
    throw divergence_error(
        fmt::format("the activity of {} becomes infinite or NaN; it runs away, so run fewer steps, perturb it less, or "
                    "train it with a smaller learning rate",
                    network));
}

void require_bounded(std::string_view network, const run_result& run) {
    require_bounded(network, run.logits);
    run.mapped([&](const at::Tensor& values) {
        require_bounded(network, values);
        return 0;
    });
}

void require_bounded(std::string_view network, const connectome_result& run) {
    for (const auto& values : {run.states, run.final_state, run.outputs, run.output, run.logits})
        require_bounded(network, values);
}

}  // namespace cortexpr
