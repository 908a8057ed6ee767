#include "sparse_projection.hpp"

#include "../aten/addressable.hpp"
#include "../autograd_node.hpp"
#include "device_lines.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace cortexpr::executors {

/// By target, which the product walks, and by source, which its adjoint does.
class projection_lines {
  public:
    lines_on_device by_target, by_source;
    at::Tensor position_by_source;  ///< of each entry
};

std::shared_ptr<const projection_lines> lines_of_projection(std::span<const std::int32_t> source, std::int64_t sources,
                                                            std::span<const std::int32_t> target, std::int64_t targets,
                                                            at::Device device) {
    if (kernels_on(device) == nullptr) return nullptr;
    auto lines = std::make_shared<projection_lines>();
    const std::vector<std::int32_t> of_targets(static_cast<std::size_t>(targets)),
        of_sources(static_cast<std::size_t>(sources));  // all are of one type
    lines->by_target = {sparse::order_by_line(of_targets, target, source, of_sources.size()), device};
    auto by_source = sparse::order_by_line(of_sources, source, target, of_targets.size());
    lines->position_by_source = uploaded(positions_of(by_source), device);
    lines->by_source = {std::move(by_source), device};
    return lines;
}

bool has_kernels_for(const projection_lines* lines, const at::Tensor& weight) {
    return lines != nullptr && weight.scalar_type() == at::kFloat && kernels_on(weight.device()) != nullptr;
}

namespace {

class product_function : public torch::autograd::Function<product_function> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& weight,
                              const at::Tensor& from, std::shared_ptr<const projection_lines> lines) {
        context->save_for_backward({weight, from});
        const auto& kernels = kernels_again(weight.device());
        const auto& by_target = lines->by_target;
        const auto weights = at::empty({by_target.order().synapses}, weight.options().requires_grad(false));
        reorder(kernels, weight, by_target.synapses(), weights);
        auto to = at::empty({from.size(0), by_target.order().lines, from.size(2)}, weights.options());
        for (std::int64_t step = 0; step < from.size(0); ++step)
            launch(kernels, kernels.line_product,
                   kernels::cuda::line_product_job{.batch = static_cast<int>(from.size(2)),
                                                   .order = by_target.order(),
                                                   .weights = weights.const_data_ptr<float>(),
                                                   .from = step_of(from, step),
                                                   .to = written_step_of(to, step)},
                   weight.device());
        save_run(*context, std::move(lines));
        return to;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto lines = run_of_backward_pass<const projection_lines>(*context, "planned");
        const auto saved = context->get_saved_variables();
        const auto &weight = saved[0], &from = saved[1];
        const auto& kernels = kernels_again(weight.device());
        const auto& by_source = lines->by_source;
        const auto adjoint = for_vectors(arriving[0]);
        const bool weight_needs_grad = context->needs_input_grad(0), from_needs_grad = context->needs_input_grad(1);
        const auto weights = at::empty({by_source.order().synapses}, weight.options());
        const auto of_weights = at::empty_like(weights);
        reorder(kernels, weight, by_source.synapses(), weights);
        torch::autograd::variable_list gradients(3);
        if (from_needs_grad) gradients[1] = at::empty_like(from);
        for (std::int64_t step = 0; step < from.size(0); ++step)
            launch(kernels, kernels.line_product,
                   kernels::cuda::line_product_job{
                       .batch = static_cast<int>(from.size(2)),
                       .order = by_source.order(),
                       .weights = weights.const_data_ptr<float>(),
                       .from = step_of(adjoint, step),
                       .to = from_needs_grad ? written_step_of(gradients[1], step) : nullptr,
                       .own = step_of(from, step),
                       .weight_gradient = weight_needs_grad ? of_weights.mutable_data_ptr<float>() : nullptr,
                       .sets_weights = step == 0},
                   weight.device());
        if (!weight_needs_grad) return gradients;
        gradients[0] = at::empty_like(weight);
        reorder(kernels, of_weights, list_in<std::int32_t>(lines->position_by_source), gradients[0]);
        return gradients;
    }
};

}  // namespace

at::Tensor product_of(const std::shared_ptr<const projection_lines>& lines, const at::Tensor& weight,
                      const at::Tensor& from) {
    return product_function::apply(addressable(weight), for_vectors(from), lines);
}

}  // namespace cortexpr::executors
