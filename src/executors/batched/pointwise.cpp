#include "pointwise.hpp"

#include "fused.hpp"

#include "../aten/custom_nonlinearity.hpp"
#include "../aten/nonlinearity.hpp"

#include <ATen/ops/elu_backward.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/hardsigmoid_backward.h>
#include <ATen/ops/hardtanh_backward.h>
#include <ATen/ops/leaky_relu_backward.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sigmoid_backward.h>
#include <ATen/ops/silu_backward.h>
#include <ATen/ops/softplus_backward.h>
#include <ATen/ops/tanh_backward.h>
#include <ATen/ops/threshold_backward.h>

namespace cortexpr::executors::batched {

namespace {

/// Whether f'(z) can be computed from f(z).
bool slope_is_in_value(activation function) {
    return function == activation::none || function == activation::relu || function == activation::sigmoid ||
           function == activation::tanh;
}

bool saves_value(const activation_function& function) {
    return function.has_one_name() && slope_is_in_value(function.members[0]);
}

/// `value` is z, or f(z) where that holds the slope.
at::Tensor times_slope(activation function, const at::Tensor& adjoint, const at::Tensor& value) {
    switch (function) {
        case activation::none:
            break;
        case activation::relu:
            return at::threshold_backward(adjoint, value, 0);
        case activation::relu6:
            return at::hardtanh_backward(adjoint, value, 0, 6);
        case activation::leaky_relu:
            return at::leaky_relu_backward(adjoint, value, 0.01, /*self_is_result=*/false);
        case activation::elu:
            return at::elu_backward(adjoint, 1, 1, 1, /*is_result=*/false, value);
        case activation::gelu:
            return at::gelu_backward(adjoint, value);
        case activation::silu:
            return at::silu_backward(adjoint, value);
        case activation::softplus:
            return at::softplus_backward(adjoint, value, 1, 20);
        case activation::sigmoid:
            return at::sigmoid_backward(adjoint, value);
        case activation::hard_sigmoid:
            return at::hardsigmoid_backward(adjoint, value);
        case activation::tanh:
            return at::tanh_backward(adjoint, value);
        case activation::hard_tanh:
            return at::hardtanh_backward(adjoint, value, -1, 1);
    }
    return adjoint;
}

void apply_in_place(const activation_function& function, const at::Tensor& z) {
    if (function == activation::sigmoid) {
        z.sigmoid_();
    } else if (function == activation::relu) {
        z.relu_();
    } else if (function == activation::tanh) {
        z.tanh_();
    } else if (function != activation::none) {
        z.copy_(apply(function, z));
    }
}

at::Tensor part_of(const at::Tensor& map, const channels& which) {
    return which.count == map.size(1) ? map : map.narrow(1, which.first, which.count);
}

/// f(z) of all segments, given what was saved: another tensor where that is not f(z) already.
at::Tensor values_from(const std::vector<segment>& segments, const at::Tensor& saved) {
    bool all_saved = true;
    for (const auto& part : segments) all_saved = all_saved && saves_value(part.function);
    if (all_saved) return saved;
    auto values = saved.clone();
    for (const auto& part : segments)
        if (!saves_value(part.function)) apply_in_place(part.function, part_of(values, part.of));
    return values;
}

/// Rates stay in float32 where maps have fewer bits: a rounded 1/tau would be another time constant.
bool is_mixed(const leaky_step& job, const at::Tensor& map) { return job.rate.scalar_type() != map.scalar_type(); }

void mix(const leaky_step& job, const at::Tensor& values, const at::Tensor& after) {
    auto out = after;
    if (!job.before.defined()) {
        at::mul_out(out, values, job.rate);
    } else if (is_mixed(job, values)) {
        out.copy_(job.before + (values - job.before) * job.rate);
    } else {
        at::lerp_out(out, job.before, values, job.rate);
    }
}

}  // namespace

at::Tensor step_forward(const leaky_step& job, const at::Tensor& after, bool saves) {
    if (const auto* kernels = kernels_for(job, after)) return fused_step(*kernels, job, after, saves);
    auto z = job.drive;
    if (!z.defined()) {
        z = at::empty_like(after);
        job.constant_drive.defined() ? z.copy_(job.constant_drive) : z.zero_();
    } else if (job.constant_drive.defined()) {
        z.add_(job.constant_drive);
    }
    for (const auto& part : job.segments)
        if (saves_value(part.function)) apply_in_place(part.function, part_of(z, part.of));
    mix(job, values_from(job.segments, z), after);
    return z;
}

leaky_adjoint step_backward(const leaky_step& job, const at::Tensor& saved, const at::Tensor& adjoint,
                            const at::Tensor& drive, bool before_needs_grad, bool rate_needs_grad) {
    if (const auto* kernels = kernels_for(job, saved))
        return fused_step_adjoint(*kernels, job, saved, adjoint, drive, before_needs_grad);
    leaky_adjoint result;
    result.drive = drive;
    at::mul_out(result.drive, adjoint, job.rate);
    if (before_needs_grad) result.before = adjoint.sub(drive);
    if (rate_needs_grad) {
        auto change = values_from(job.segments, saved);
        if (job.before.defined()) change = change.sub(job.before);
        result.rate = change.to(job.rate.scalar_type()).mul(adjoint).sum_to_size(job.rate.sizes());
    }
    for (const auto& part : job.segments) {
        if (part.function == activation::none) continue;
        const auto into = part_of(drive, part.of);
        into.copy_(apply_backward(part.function, part_of(saved, part.of), into));
    }
    return result;
}

applied apply_forward(const activation_function& function, const at::Tensor& z) {
    if (!saves_value(function)) return {apply(function, z), z};
    apply_in_place(function, z);
    return {z, z};
}

at::Tensor apply_backward(const activation_function& function, const at::Tensor& saved, const at::Tensor& adjoint) {
    if (function.is_custom()) return adjoint.mul(slope_of(*function.custom, saved));
    if (saves_value(function)) return times_slope(function.members[0], adjoint, saved);
    std::vector<at::Tensor> before{saved};
    for (const activation member : function.members) before.push_back(apply(member, before.back()));
    auto result = adjoint;
    for (std::size_t i = function.members.size(); i-- > 0;) {
        const auto member = function.members[i];
        result = times_slope(member, result, slope_is_in_value(member) ? before[i + 1] : before[i]);
    }
    return result;
}

}  // namespace cortexpr::executors::batched
