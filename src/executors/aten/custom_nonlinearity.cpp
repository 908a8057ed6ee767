#include "custom_nonlinearity.hpp"

#include "addressable.hpp"

#include <cortexpr/error.hpp>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <fmt/format.h>

namespace cortexpr::executors {

namespace {

/// `slope` selects the derivative instead of the value, so that the pair of functions is chosen in one place.
template <class Real>
row_function<Real> chosen(const custom_activation& function, bool slope) {
    return slope ? function.of<Real>().slope : function.of<Real>().value;
}

template <class Real>
void map_elements(row_function<Real> function, const at::Tensor& in, const at::Tensor& out) {
    constexpr std::int64_t least_share = 32768;  // elements that are worth a thread: as many as LibTorch takes
    const auto* from = in.const_data_ptr<Real>();
    auto* to = out.mutable_data_ptr<Real>();
    at::parallel_for(0, in.numel(), least_share, [=](std::int64_t begin, std::int64_t end) {
        function(from + begin, to + begin, static_cast<std::size_t>(end - begin));
    });
}

at::Tensor mapped(const custom_activation& function, bool slope, const at::Tensor& x) {
    if (x.scalar_type() == at::kBFloat16) return mapped(function, slope, x.to(at::kFloat)).to(at::kBFloat16);
    const auto in = addressable(x.to(at::kCPU));
    const auto out = at::empty_like(in);
    if (x.scalar_type() == at::kFloat) {
        map_elements(chosen<float>(function, slope), in, out);
    } else if (x.scalar_type() == at::kDouble) {
        map_elements(chosen<double>(function, slope), in, out);
    } else {
        throw usage_error(fmt::format("the nonlinearity {} takes float32 and float64, but its input is {}",
                                      function.name, c10::toString(x.scalar_type())));
    }
    return out.to(x.device());
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// For the backward pass.
struct held_function : torch::CustomClassHolder {
    explicit held_function(const custom_activation* held) : function(held) {}
    const custom_activation* function;
};

struct custom_function : torch::autograd::Function<custom_function> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const custom_activation* function) {
        context->save_for_backward({x});
        context->saved_data["function"] = c10::IValue::make_capsule(c10::make_intrusive<held_function>(function));
        return mapped(*function, false, x);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const auto held =
            c10::static_intrusive_pointer_cast<held_function>(context->saved_data["function"].toCapsule());
        const auto& function = *held->function;
        if (at::GradMode::is_enabled())
            throw usage_error(
                fmt::format("the nonlinearity {} has a slope but no second derivative; differentiate once, without "
                            "create_graph",
                            function.name));
        return {gradients[0].mul(mapped(function, true, context->get_saved_variables()[0])), at::Tensor()};
    }
};

}  // namespace

at::Tensor apply_custom(const custom_activation& function, const at::Tensor& x) {
    return custom_function::apply(x, &function);
}

at::Tensor slope_of(const custom_activation& function, const at::Tensor& x) { return mapped(function, true, x); }

}  // namespace cortexpr::executors
