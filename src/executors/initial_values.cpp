#include "initial_values.hpp"

#include <cortexpr/plan/names.hpp>

#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace cortexpr::executors {

namespace {

class initial_values_maker {
  public:
    initial_values_maker(const run_context& context, zero_starts zeros)
        : context_(context), zeros_(zeros), options_(context.input.options().requires_grad(false)) {}

    initial_values made() {
        const auto& plan = context_.plan;
        const auto& request = context_.request;
        initial_values all{{}, std::vector<at::Tensor>(plan.areas.size()), std::vector<at::Tensor>(plan.areas.size())};
        for (std::size_t i = 0; i < plan.types.size(); ++i)
            all.states.push_back(
                given_or_filled(request.initial_states, i, plan.types[i].initial_state, plan.types[i].shape));
        for (std::size_t i = 0; i < plan.areas.size(); ++i)
            if (plan.is_heard_late(static_cast<int>(i)))
                all.outputs[i] =
                    given_or_filled(request.initial_outputs, i, plan.areas[i].initial_output, plan.areas[i].output);
        for (std::size_t i = 0; i < plan.areas.size(); ++i)
            if (plan::hears_feedback(plan.areas[i]))
                all.feedback[i] = given_or_filled(request.initial_feedback, i, plan.areas[i].initial_feedback,
                                                  plan.areas[i].feedback);
        return all;
    }

  private:
    /// `given` is empty where nothing was asked.
    at::Tensor given_or_filled(const std::vector<at::Tensor>& given, std::size_t index, fill with,
                               const plan::map_shape& shape) {
        return !given.empty() && given[index].defined() ? given[index] : filled(with, shape);
    }

    at::Tensor filled(fill with, const plan::map_shape& shape) {
        const std::array<std::int64_t, 4> size{context_.shape.batch, shape.channels, shape.height, shape.width};
        const auto on_cpu = [&] { return at::empty(size, options_.device(at::kCPU)); };
        switch (with) {
            case fill::ones:
                return at::ones(size, options_);
            case fill::uniform:
                return on_cpu().uniform_(0, 1, context_.draws).to(options_.device());
            case fill::normal:
                return on_cpu().normal_(0, 1, context_.draws).to(options_.device());
            default:
                return zeros_ == zero_starts::made ? at::zeros(size, options_) : at::Tensor();
        }
    }

    const run_context& context_;
    zero_starts zeros_;
    at::TensorOptions options_;
};

}  // namespace

initial_values initial_values_of(const run_context& context, zero_starts zeros) {
    return initial_values_maker(context, zeros).made();
}

}  // namespace cortexpr::executors
