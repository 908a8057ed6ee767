#include "operations.hpp"

#include "../aten/resize.hpp"

#include <ATen/ops/_adaptive_avg_pool2d_backward.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/adaptive_max_pool2d_backward.h>
#include <ATen/ops/max.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/upsample_bilinear2d_backward.h>

#include <algorithm>

namespace cortexpr::executors::batched {

namespace {

/// A bias (C) as (1, C, 1, 1), which is added to maps.
at::Tensor beside_maps(const at::Tensor& bias) { return bias.dim() == 1 ? bias.view({1, bias.size(0), 1, 1}) : bias; }

at::Tensor value_or_none(const slice& part) { return part ? part.value() : at::Tensor(); }

/// A bias is one row of channels, so its slice has its channels where that of a map has images.
at::Tensor constant_drive_value(const slice& drive) {
    if (!drive) return {};
    const auto& whole = drive.of->value();
    if (whole.dim() != 1) return drive.value();
    return beside_maps(whole.narrow(0, drive.which.first, drive.which.count));
}

/// `channel_sums` of the adjoint, where they are known.
void send_to_constant_drive(const slice& drive, const at::Tensor& adjoint, const at::Tensor& channel_sums = {}) {
    if (!drive.needs_grad()) return;
    const auto& whole = drive.of->value();
    if (whole.dim() != 1) {
        drive.receive(adjoint);
    } else if (channel_sums.defined()) {
        drive.of->receive(channel_sums, drive.which.first);
    } else {
        drive.of->receive(at::sum(adjoint, at::IntArrayRef{0, 2, 3}, false, whole.scalar_type()), drive.which.first);
    }
}

void send_to_terms(const std::vector<term>& terms, const at::Tensor& adjoint) {
    for (const auto& term : terms) {
        const auto count = term.of->value().size(1);
        if (term.of->needs_grad())
            term.of->receive(count == adjoint.size(1) ? adjoint : adjoint.narrow(1, term.first_channel, count));
    }
}

bool any_needs_grad(const std::vector<term>& terms) {
    return std::ranges::any_of(terms, [](const term& one) { return one.of->needs_grad(); });
}

/// The sum of terms in memory of its own; undefined for none.
at::Tensor sum_of(const std::vector<term>& terms, std::int64_t channel_count) {
    if (terms.empty()) return {};
    const auto is_base = [channel_count](const term& one) { return one.of->value().size(1) == channel_count; };
    auto base = std::ranges::find_if(terms, [&](const term& one) { return is_base(one) && one.may_be_overwritten; });
    if (base == terms.end()) base = std::ranges::find_if(terms, is_base);
    at::Tensor sum;
    if (base != terms.end()) {
        sum = base->may_be_overwritten ? base->of->value() : base->of->value().clone();
    } else {
        auto sizes = terms.front().of->value().sizes().vec();
        sizes[1] = channel_count;
        sum = new_map(sizes, terms.front().of->value().options()).zero_();
    }
    for (auto term = terms.begin(); term != terms.end(); ++term) {
        if (term == base) continue;
        const auto& value = term->of->value();
        sum.narrow(1, term->first_channel, value.size(1)).add_(value);
    }
    return sum;
}

/// The largest value of each whole map, and where it is. Maps lie channels last, so this reads memory in order.
variable largest(tape& tape, const variable& map) {
    const auto& value = map->value();
    const auto [found, argmax] = value.permute({0, 2, 3, 1}).flatten(1, 2).max(1);
    auto result = tape.made(found.unsqueeze(-1).unsqueeze(-1), map->needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([map, result, argmax = argmax] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        auto spread = new_map(map->value().sizes(), map->value().options()).zero_();
        spread.permute({0, 2, 3, 1}).flatten(1, 2).scatter_(1, argmax.unsqueeze(1), adjoint.flatten(1).unsqueeze(1));
        map->receive(spread);
    });
    return result;
}

}  // namespace

variable added(tape& tape, const std::vector<term>& terms, const slice& bias, std::int64_t channel_count) {
    const auto& first = terms.front();
    if (terms.size() == 1 && !bias && first.may_be_overwritten && first.of->value().size(1) == channel_count)
        return first.of;
    auto sum = sum_of(terms, channel_count);
    if (bias) sum.add_(constant_drive_value(bias));
    auto result = tape.made(std::move(sum), any_needs_grad(terms) || bias.needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([terms, bias, result] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        send_to_terms(terms, adjoint);
        send_to_constant_drive(bias, adjoint);
    });
    return result;
}

variable applied_to(tape& tape, const activation_function& function, int sign, const variable& z) {
    if (function == activation::none && sign > 0) return z;
    const auto [value, saved] = apply_forward(function, z->value());
    auto result = tape.made(sign > 0 ? value : value.neg(), z->needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([function, sign, z, result, saved = saved] {
        const auto adjoint = result->take_adjoint();
        if (adjoint.defined()) z->receive(apply_backward(function, saved, sign > 0 ? adjoint : adjoint.neg()));
    });
    return result;
}

variable stepped(tape& tape, const step_of_map& job) {
    leaky_step pointwise{.drive = sum_of(job.drives, job.after.size(1)),
                         .constant_drive = constant_drive_value(job.constant_drive),
                         .before = value_or_none(job.before),
                         .rate = job.rate.value(),
                         .segments = job.segments};
    const bool needs_grad = any_needs_grad(job.drives) || job.constant_drive.needs_grad() || job.before.needs_grad() ||
                            job.rate.needs_grad();
    const auto saved = step_forward(pointwise, job.after, tape.is_recording() && needs_grad);
    pointwise.drive.reset();
    for (const auto& zero : job.zeros) job.after.narrow(1, zero.first, zero.count).zero_();
    auto result = tape.made(job.after, needs_grad);
    if (!result->needs_grad()) return result;
    tape.on_backward([job, pointwise, saved, result] {
        auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        if (!job.zeros.empty()) adjoint = adjoint.clone();
        for (const auto& zero : job.zeros) adjoint.narrow(1, zero.first, zero.count).zero_();
        const auto sent = step_backward(pointwise, saved, adjoint, job.drive_adjoints->at(job.step),
                                        job.before.needs_grad(), job.rate.needs_grad());
        send_to_terms(job.drives, sent.drive);
        send_to_constant_drive(job.constant_drive, sent.drive, sent.channel_sums);
        if (job.before.needs_grad()) job.before.receive(sent.before);
        if (job.rate.needs_grad()) job.rate.receive(sent.rate);
    });
    return result;
}

variable held(tape& tape, const variable& map, std::int64_t first_channel, const at::Tensor& mask,
              const at::Tensor& values) {
    const auto channels = mask.size(1);
    auto value = map->value().clone();
    auto part = value.narrow(1, first_channel, channels);
    part.copy_(at::where(mask, values.to(value.scalar_type()), part));
    auto result = tape.made(std::move(value), map->needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([map, result, first_channel, channels, mask] {
        auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        adjoint = adjoint.clone();
        adjoint.narrow(1, first_channel, channels).masked_fill_(mask, 0);
        map->receive(adjoint);
    });
    return result;
}

variable joined(tape& tape, const std::vector<slice>& slices) {
    std::vector<at::Tensor> values;
    bool needs_grad = false;
    for (const auto& slice : slices) {
        values.push_back(slice.value());
        needs_grad = needs_grad || slice.needs_grad();
    }
    auto result = tape.made(joined(values), needs_grad);
    if (!result->needs_grad()) return result;
    tape.on_backward([slices, result] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        std::int64_t first = 0;
        for (const auto& slice : slices) {
            if (slice.needs_grad()) slice.receive(adjoint.narrow(0, first, slice.images));
            first += slice.images;
        }
    });
    return result;
}

variable interpolated(tape& tape, const variable& map, std::int64_t height, std::int64_t width) {
    if (has_size(map->value(), height, width)) return map;
    auto result = tape.made(channels_last(executors::interpolated(map->value(), height, width)), map->needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([map, result, height, width] {
        const auto adjoint = result->take_adjoint();
        if (adjoint.defined())
            map->receive(at::upsample_bilinear2d_backward(adjoint, {height, width}, map->value().sizes(),
                                                          /*align_corners=*/false));
    });
    return result;
}

variable pooled(tape& tape, const variable& map, pool_mode mode, std::int64_t height, std::int64_t width) {
    if (mode == pool_mode::max && height == 1 && width == 1) return largest(tape, map);
    at::Tensor value, argmax;
    if (mode == pool_mode::max) {
        std::tie(value, argmax) = at::adaptive_max_pool2d(map->value(), {height, width});
    } else {
        value = at::adaptive_avg_pool2d(map->value(), {height, width});
    }
    auto result = tape.made(channels_last(value), map->needs_grad());
    if (!result->needs_grad()) return result;
    tape.on_backward([map, result, argmax] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        map->receive(argmax.defined() ? at::adaptive_max_pool2d_backward(adjoint, map->value(), argmax)
                                      : at::_adaptive_avg_pool2d_backward(adjoint, map->value()));
    });
    return result;
}

variable fitted(tape& tape, const variable& map, pool_mode mode, std::int64_t height, std::int64_t width) {
    const auto least_height = std::min(height, map->value().size(2)),
               least_width = std::min(width, map->value().size(3));
    const auto shrunk =
        has_size(map->value(), least_height, least_width) ? map : pooled(tape, map, mode, least_height, least_width);
    return interpolated(tape, shrunk, height, width);
}

}  // namespace cortexpr::executors::batched
