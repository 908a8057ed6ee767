#include "operations.hpp"

#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace cortexpr::executors::batched {

namespace {

using pair = std::array<std::int64_t, 2>;

pair padding_of(const extent& kernel) { return {kernel.height / 2, kernel.width / 2}; }

constexpr pair none{0, 0}, one{1, 1};

}  // namespace

convolution::convolution(tape& tape, variable weight, variable bias, const shape& shape)
    : tape_(tape), weight_(std::move(weight)), bias_(std::move(bias)), shape_(shape) {
    tape_.on_backward([this] { send_to_parameters(); });
}

convolution::block& convolution::block_of(const channels& columns, const channels& rows) {
    for (const auto& block : blocks_)
        if (block->columns == columns && block->rows == rows) return *block;
    auto weight = weight_->value().narrow(0, rows.first, rows.count);
    if (shape_.groups == 1) weight = weight.narrow(1, columns.first, columns.count);
    blocks_.push_back(
        std::make_unique<block>(block{columns, rows, weight.contiguous(at::MemoryFormat::ChannelsLast), {}, {}}));
    return *blocks_.back();
}

variable convolution::operator()(const slice& source, const channels& columns, const channels& rows) {
    auto& block = block_of(columns, rows);
    const pair stride{shape_.stride, shape_.stride};
    std::optional<at::Tensor> bias;
    if (bias_ != nullptr) bias = bias_->value().narrow(0, rows.first, rows.count);
    const bool needs_grad = source.needs_grad() || weight_->needs_grad() || (bias_ != nullptr && bias_->needs_grad());
    const auto value = at::convolution(source.value(), block.weight, bias, stride, padding_of(shape_.extent), one,
                                       /*transposed=*/false, none, shape_.groups);
    auto result = tape_.made(channels_last(value), needs_grad);
    if (!needs_grad) return result;
    tape_.on_backward([this, source, result, &block] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        const auto from = source.value();
        if (source.needs_grad()) source.receive(source_adjoint(block, adjoint, from));
        block.sources.push_back(from);
        block.adjoints.push_back(adjoint);
    });
    return result;
}

variable convolution::maxima(const device_kernels& kernels, const slice& source, const channels& columns,
                             const channels& rows, const slice& bias, const cortexpr::extent& windows) {
    const auto& block = block_of(columns, rows);
    const auto map = at::convolution(source.value(), block.weight, std::nullopt, one, padding_of(shape_.extent), one,
                                     /*transposed=*/false, none, shape_.groups);
    auto [values, positions] = maxima_of(kernels, map, windows.height, windows.width);
    if (bias) values.add_(bias.of->value().narrow(0, bias.which.first, bias.which.count).view({1, rows.count, 1}));
    auto result = tape_.made(values.unflatten(2, {windows.height, windows.width}),
                             source.needs_grad() || weight_->needs_grad() || bias.needs_grad());
    if (!result->needs_grad()) return result;
    tape_.on_backward([this, &kernels, source, bias, result, rows, columns, &block, positions = positions] {
        const auto adjoint = result->take_adjoint();
        if (!adjoint.defined()) return;
        const auto sent = adjoints_of_maxima(kernels, source.value(), block.weight, positions, adjoint.flatten(2));
        if (source.needs_grad()) source.receive(sent.map);
        if (weight_->needs_grad()) weight_->receive(sent.weights, rows.first, columns.first);
        if (bias.needs_grad()) bias.of->receive(sent.bias, bias.which.first);
    });
    return result;
}

at::Tensor convolution::source_adjoint(const block& block, const at::Tensor& adjoint, const at::Tensor& source) const {
    const pair stride{shape_.stride, shape_.stride};
    return std::get<0>(at::convolution_backward(adjoint, source, block.weight, at::OptionalIntArrayRef(), stride,
                                                padding_of(shape_.extent), one, /*transposed=*/false, none,
                                                shape_.groups, {true, false, false}));
}

void convolution::send_to_parameters() {
    const pair stride{shape_.stride, shape_.stride};
    for (const auto& block : blocks_) {
        auto sources = std::exchange(block->sources, {}), adjoints = std::exchange(block->adjoints, {});
        if (sources.empty()) continue;
        std::ranges::reverse(sources);
        std::ranges::reverse(adjoints);
        const auto adjoint = batched::joined(adjoints);
        if (bias_ != nullptr && bias_->needs_grad())
            bias_->receive(at::sum(adjoint, at::IntArrayRef{0, 2, 3}, false, bias_->value().scalar_type()),
                           block->rows.first);
        if (!weight_->needs_grad()) continue;
        const auto gradient = std::get<1>(at::convolution_backward(
            adjoint, batched::joined(sources), block->weight, at::OptionalIntArrayRef(), stride,
            padding_of(shape_.extent), one, /*transposed=*/false, none, shape_.groups, {false, true, false}));
        weight_->receive(gradient, block->rows.first, block->columns.first);
    }
}

}  // namespace cortexpr::executors::batched
