#include "combination.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace cortexpr::solve {

namespace {

/// What one pass reads and writes: flat arrays, in which the rows follow one another or take turns.
template <class Scalar>
struct flat_sum {
    Scalar* to = nullptr;
    const Scalar* y = nullptr;  ///< null: 0
    std::vector<const Scalar*> slopes{};
    std::vector<Scalar> weights{};
};

constexpr std::int64_t block = 1024;  // 8 KB of doubles, beside the slopes in the first cache; not tuned

/// A stretch of at most `block` elements; `size` gives the factor of the i-th.
template <class Scalar, class Size>
void sum_up(const flat_sum<Scalar>& all, std::int64_t first, std::int64_t count, Size size) {
    std::array<Scalar, block> sum;
    for (std::int64_t i = 0; i < count; ++i) sum[i] = all.weights[0] * all.slopes[0][first + i];
    for (std::size_t k = 1; k < all.slopes.size(); ++k) {
        const auto weight = all.weights[k];
        const auto* slope = all.slopes[k] + first;
        for (std::int64_t i = 0; i < count; ++i) sum[i] += weight * slope[i];
    }
    auto* to = all.to + first;
    if (all.y == nullptr) {
        for (std::int64_t i = 0; i < count; ++i) to[i] = size(i) * sum[i];
    } else {
        const auto* y = all.y + first;
        for (std::int64_t i = 0; i < count; ++i) to[i] = y[i] + size(i) * sum[i];
    }
}

/// Stretches of at most `length` elements, none of which crosses a row, on LibTorch's threads: work(row, first, count).
template <class Work>
void in_stretches(std::int64_t rows, std::int64_t of_row, std::int64_t length, Work work) {
    constexpr std::int64_t worth_a_thread = 16;  // not tuned
    const auto in_row = (of_row + length - 1) / length;
    at::parallel_for(0, rows * in_row, worth_a_thread, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = begin; i < end; ++i) {
            const auto row = i / in_row, first = i % in_row * length;
            work(row, row * of_row + first, std::min(length, of_row - first));
        }
    });
}

enum class rows : std::uint8_t { one_size, follow, take_turns };

template <class Scalar>
void pass_over(const flat_sum<Scalar>& all, std::int64_t elements, rows are, const std::vector<double>& given) {
    const std::vector<Scalar> sizes(given.begin(), given.end());
    const auto count = static_cast<std::int64_t>(sizes.size());
    if (are == rows::take_turns) {
        const auto length = std::max<std::int64_t>(block / count, 1) * count;
        std::vector<Scalar> tiled(static_cast<std::size_t>(length));
        for (std::size_t i = 0; i < tiled.size(); ++i) tiled[i] = sizes[i % sizes.size()];
        return in_stretches(1, elements, length, [&](std::int64_t, std::int64_t first, std::int64_t many) {
            sum_up(all, first, many, [&tiled](std::int64_t i) { return tiled[static_cast<std::size_t>(i)]; });
        });
    }
    in_stretches(count, elements / count, block, [&](std::int64_t row, std::int64_t first, std::int64_t many) {
        sum_up(all, first, many, [size = sizes[static_cast<std::size_t>(row)]](std::int64_t) { return size; });
    });
}

template <class Scalar>
void pass_over(const at::Tensor& to, const at::Tensor& y, at::TensorList slopes, const std::vector<double>& weights,
               rows are, const std::vector<double>& sizes) {
    flat_sum<Scalar> all{.to = to.mutable_data_ptr<Scalar>()};
    if (y.defined()) all.y = y.const_data_ptr<Scalar>();
    for (const auto& one : slopes) all.slopes.push_back(one.const_data_ptr<Scalar>());
    for (const double weight : weights) all.weights.push_back(static_cast<Scalar>(weight));
    pass_over(all, to.numel(), are, sizes);
}

/// How the rows of a dense tensor lie in memory; nothing where they do otherwise, or one pass isn't for it.
std::optional<rows> rows_of(const at::Tensor& like, std::size_t sizes) {
    if (!like.is_cpu() || !like.is_non_overlapping_and_dense() || like.numel() == 0) return std::nullopt;
    if (like.scalar_type() != at::kFloat && like.scalar_type() != at::kDouble) return std::nullopt;
    if (sizes == 1) return rows::one_size;
    if (like.stride(0) == like.numel() / like.size(0)) return rows::follow;
    if (like.stride(0) == 1 && like.size(0) <= block) return rows::take_turns;
    return std::nullopt;
}

at::Tensor by_operations(const at::Tensor& y, at::TensorList slopes, const std::vector<double>& weights,
                         const std::vector<double>& sizes) {
    auto sum = at::mul(slopes[0], weights[0]);
    for (std::size_t i = 1; i < weights.size(); ++i) sum = at::add(sum, slopes[i], weights[i]);
    if (sizes.size() == 1) return y.defined() ? at::add(y, sum, sizes.front()) : at::mul(sum, sizes.front());
    const auto size = by_row(sizes, sum);
    return y.defined() ? at::addcmul(y, sum, size) : at::mul(sum, size);
}

at::Tensor computed(const at::Tensor& y, at::TensorList slopes, const std::vector<double>& weights,
                    const std::vector<double>& sizes) {
    const auto& like = y.defined() ? y : slopes[0];
    const auto is_alike = [&like](const at::Tensor& one) {
        return one.strides() == like.strides() && one.sizes() == like.sizes() && one.dtype() == like.dtype() &&
               one.device() == like.device();
    };
    const auto are = rows_of(like, sizes.size());
    if (!are || !std::ranges::all_of(slopes, is_alike)) return by_operations(y, slopes, weights, sizes);
    auto to = at::empty_like(like);
    like.scalar_type() == at::kFloat ? pass_over<float>(to, y, slopes, weights, *are, sizes)
                                     : pass_over<double>(to, y, slopes, weights, *are, sizes);
    return to;
}

class combination : public torch::autograd::Function<combination> {
  public:
    /// Inputs: y, where there is one, and the slopes.
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList inputs, bool has_y,
                              const std::vector<double>& weights, const std::vector<double>& sizes) {
        context->saved_data["has_y"] = has_y;
        context->saved_data["weights"] = weights;
        context->saved_data["sizes"] = sizes;
        return computed(has_y ? inputs[0] : at::Tensor(), inputs.slice(has_y ? 1 : 0), weights, sizes);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto weights = context->saved_data["weights"].toDoubleVector();
        const auto sizes = context->saved_data["sizes"].toDoubleVector();
        const bool has_y = context->saved_data["has_y"].toBool();
        const auto& adjoint = arriving.front();
        torch::autograd::variable_list gradients;
        if (has_y) gradients.push_back(adjoint);
        for (std::size_t i = 0; i < weights.size(); ++i)
            gradients.push_back(context->needs_input_grad(i + std::size_t{has_y})
                                    ? combined({}, {adjoint}, std::span(weights).subspan(i, 1), sizes)
                                    : at::Tensor());
        gradients.resize(gradients.size() + 3);  // of what are no tensors
        return gradients;
    }
};

}  // namespace

at::Tensor combined(const at::Tensor& y, const std::vector<at::Tensor>& slopes, std::span<const double> weights,
                    const std::vector<double>& sizes) {
    std::vector<at::Tensor> inputs;
    std::vector<double> factors;
    if (y.defined()) inputs.push_back(y);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        inputs.push_back(slopes[i]);
        factors.push_back(weights[i]);
    }
    return combination::apply(at::TensorList(inputs), y.defined(), factors, sizes);
}

at::Tensor by_row(const std::vector<double>& numbers, const at::Tensor& part) {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(part.dim()), 1);
    sizes.front() = static_cast<std::int64_t>(numbers.size());
    return at::tensor(numbers, at::kDouble).view(sizes).to(part.options().requires_grad(false));
}

}  // namespace cortexpr::solve
