#include "fused.hpp"

#include "tape.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>

#include <optional>

namespace cortexpr::executors::batched {

namespace {

using kernels::cuda::map_part;
using kernels::cuda::map_sizes;
using kernels::cuda::storage;

int number(std::int64_t value) { return static_cast<int>(value); }

bool has_storage(const at::Tensor& map) {
    return map.scalar_type() == at::kFloat || map.scalar_type() == at::kBFloat16;
}
storage storage_of(const at::Tensor& map) {
    return map.scalar_type() == at::kFloat ? storage::float32 : storage::bfloat16;
}

map_sizes sizes_of(const at::Tensor& map) {
    return {number(map.size(0)), number(map.size(2)), number(map.size(3)), number(map.size(1))};
}

bool is_by_position(const at::Tensor& rate) { return rate.size(2) * rate.size(3) > 1; }

/// Elements from one position to the next, if positions lie in order and each one's channels beside each other.
std::optional<int> pitch_of(const at::Tensor& map) {
    const auto height = map.size(2), width = map.size(3);
    const auto pitch = width > 1         ? map.stride(3)
                       : height > 1      ? map.stride(2)
                       : map.size(0) > 1 ? map.stride(0)
                                         : map.size(1);
    const bool is_regular = (map.size(1) == 1 || map.stride(1) == 1) && (width == 1 || map.stride(3) == pitch) &&
                            (height == 1 || map.stride(2) == pitch * width) &&
                            (map.size(0) == 1 || map.stride(0) == pitch * width * height);
    return is_regular ? std::optional(number(pitch)) : std::nullopt;
}

/// The same map with a pitch.
at::Tensor regular(const at::Tensor& map) { return !map.defined() || pitch_of(map) ? map : channels_last(map); }

map_part part_of(const at::Tensor& map) {
    if (!map.defined()) return {};
    const auto pitch = pitch_of(map);
    if (!pitch) throw std::bad_optional_access();  // callers give what `regular` gave
    return {map.const_data_ptr(), *pitch};
}

/// (C), or (H, W, C) where rates go by position.
at::Tensor rates_in_order(const at::Tensor& rate) { return rate.permute({0, 2, 3, 1}).contiguous(); }

at::Tensor names_of(const std::vector<segment>& segments, at::Device device) {
    std::vector<std::uint8_t> names;
    for (const auto& part : segments)
        names.insert(names.end(), static_cast<std::size_t>(part.of.count),
                     static_cast<std::uint8_t>(part.function.members[0]));
    return lasting_bytes(names, device);
}

at::Tensor floats_like(const at::Tensor& map, at::IntArrayRef sizes) {
    return at::empty(sizes, map.options().dtype(at::kFloat));
}

}  // namespace

const device_kernels* kernels_for(const leaky_step& job, const at::Tensor& map) {
    const auto* kernels = kernels_on(map.device());
    if (kernels == nullptr || !has_storage(map) || job.rate.scalar_type() != at::kFloat) return nullptr;
    for (const auto& part : job.segments)
        if (!part.function.has_one_name()) return nullptr;
    return kernels;
}

at::Tensor fused_step(const device_kernels& kernels, const leaky_step& job, const at::Tensor& after, bool saves) {
    const bool has_bias = job.constant_drive.defined() && job.constant_drive.numel() == after.size(1);
    const auto bias = has_bias ? job.constant_drive.flatten().to(at::kFloat).contiguous() : at::Tensor();
    const auto constant_drive = has_bias ? at::Tensor() : regular(job.constant_drive), before = regular(job.before);
    const auto drive = job.drive.defined() ? channels_last(job.drive) : job.drive;
    const auto rate = rates_in_order(job.rate);
    const auto saved = !saves ? at::Tensor() : drive.defined() ? drive : at::empty_like(after);
    launch(kernels, kernels.step,
           {.as = storage_of(after),
            .sizes = sizes_of(after),
            .drive = drive.defined() ? drive.const_data_ptr() : nullptr,
            .constant_drive = part_of(constant_drive),
            .bias = has_bias ? bias.const_data_ptr<float>() : nullptr,
            .before = part_of(before),
            .rate = rate.const_data_ptr<float>(),
            .rate_by_position = is_by_position(job.rate),
            .nonlinearities = names_of(job.segments, after.device()).const_data_ptr<std::uint8_t>(),
            .after = after.mutable_data_ptr(),
            .saved = saves ? saved.mutable_data_ptr() : nullptr},
           after.device());
    return saved;
}

leaky_adjoint fused_step_adjoint(const device_kernels& kernels, const leaky_step& job, const at::Tensor& saved,
                                 const at::Tensor& adjoint, const at::Tensor& drive, bool before_needs_grad) {
    const auto arriving = channels_last(adjoint), before = regular(job.before);
    const auto rate = rates_in_order(job.rate);
    const auto sizes = sizes_of(saved);
    const auto partial = floats_like(saved, {static_cast<std::int64_t>(kernels::cuda::map_step_partial_floats(sizes))});
    const auto by_channel = floats_like(saved, {2, sizes.channels});
    const bool by_position = is_by_position(job.rate);
    const auto rate_gradient = by_position ? at::empty_like(rate) : at::Tensor();
    leaky_adjoint result{.drive = drive, .before = before_needs_grad ? at::empty_like(saved) : at::Tensor()};
    launch(kernels, kernels.step_adjoint,
           {.as = storage_of(saved),
            .sizes = sizes,
            .saved = saved.const_data_ptr(),
            .before = part_of(before),
            .rate = rate.const_data_ptr<float>(),
            .rate_by_position = by_position,
            .nonlinearities = names_of(job.segments, saved.device()).const_data_ptr<std::uint8_t>(),
            .after_adjoint = arriving.const_data_ptr(),
            .drive_adjoint = drive.mutable_data_ptr(),
            .before_adjoint = before_needs_grad ? result.before.mutable_data_ptr() : nullptr,
            .partial = partial.mutable_data_ptr<float>(),
            .channel_gradient = by_channel.mutable_data_ptr<float>(),
            .position_rate_gradient = by_position ? rate_gradient.mutable_data_ptr<float>() : nullptr},
           saved.device());
    result.channel_sums = by_channel[0];
    result.rate = by_position ? rate_gradient.permute({0, 3, 1, 2}) : by_channel[1].view({1, -1, 1, 1});
    return result;
}

found_maxima maxima_of(const device_kernels& kernels, const at::Tensor& map, int pool_height, int pool_width) {
    const auto dense = channels_last(map);
    const auto values = floats_like(dense, {dense.size(0), dense.size(1), std::int64_t{pool_height} * pool_width});
    const auto argmax = at::empty(values.sizes(), values.options().dtype(at::kInt));
    launch(kernels, kernels.maxima,
           {.as = storage_of(dense),
            .sizes = sizes_of(dense),
            .pool_height = pool_height,
            .pool_width = pool_width,
            .map = dense.const_data_ptr(),
            .features = values.mutable_data_ptr<float>(),
            .argmax = argmax.mutable_data_ptr<std::int32_t>()},
           map.device());
    return {values, argmax};
}

maxima_adjoints adjoints_of_maxima(const device_kernels& kernels, const at::Tensor& map, const at::Tensor& weights,
                                   const at::Tensor& argmax, const at::Tensor& adjoint) {
    const auto read = regular(map);
    const auto by_tap = weights.permute({2, 3, 1, 0}).to(at::kFloat).contiguous();
    const auto arriving = adjoint.to(at::kFloat).contiguous();
    const auto outputs = weights.size(0), channels = weights.size(1), height = weights.size(2), width = weights.size(3);
    maxima_adjoints result{.map = at::zeros_like(map, map.options(), at::MemoryFormat::ChannelsLast)};
    kernels::cuda::maxima_adjoint_job job{.as = storage_of(map),
                                          .states = sizes_of(map),
                                          .outputs = number(outputs),
                                          .windows = number(argmax.size(2)),
                                          .kernel_height = number(height),
                                          .kernel_width = number(width),
                                          .map = part_of(read),
                                          .weights = by_tap.const_data_ptr<float>(),
                                          .argmax = argmax.const_data_ptr<std::int32_t>(),
                                          .feature_adjoint = arriving.const_data_ptr<float>(),
                                          .state_adjoint = result.map.mutable_data_ptr()};
    const auto partial =
        floats_like(map, {static_cast<std::int64_t>(kernels::cuda::maxima_adjoint_partial_floats(job))});
    const auto gradient =
        floats_like(map, {static_cast<std::int64_t>(kernels::cuda::maxima_adjoint_gradient_floats(job))});
    job.partial = partial.mutable_data_ptr<float>();
    job.gradient = gradient.mutable_data_ptr<float>();
    launch(kernels, kernels.maxima_adjoint, job, map.device());
    const auto weight_count = weights.numel();
    result.weights = gradient.narrow(0, 0, weight_count).view({height, width, channels, outputs}).permute({3, 2, 0, 1});
    result.bias = gradient.narrow(0, weight_count, outputs);
    return result;
}

}  // namespace cortexpr::executors::batched
