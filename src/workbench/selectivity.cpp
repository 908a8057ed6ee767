#include "selectivity.hpp"

#include <ATen/TensorIndexing.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <tuple>

namespace cortexpr::workbench {

namespace {

/// How much more than the mean of the others that class is answered whose rate is the largest of `choice`, (classes,
/// neurons); of several that share it, their mean: (neurons).
at::Tensor gap(const at::Tensor& rates, const at::Tensor& choice) {
    const auto is_best = choice.eq(std::get<0>(choice.max(0, /*keepdim=*/true))).to(rates.scalar_type());
    const auto here = (rates * is_best).sum(0) / is_best.sum(0);
    return here - (rates.sum(0) - here) / static_cast<double>(rates.size(0) - 1);
}

at::Tensor share_of(const at::Tensor& gap, const at::Tensor& rates) {
    const auto best = std::get<0>(rates.max(0));
    const auto others = (rates.sum(0) - best) / static_cast<double>(rates.size(0) - 1);
    const auto size = best.abs() + others.abs();
    return at::where(size > 0, gap / size.clamp_min(1e-30), at::zeros_like(size));
}

}  // namespace

class_order ordered_by_class(const at::Tensor& labels) {
    const auto order = std::get<1>(labels.sort(/*stable=*/true, /*dim=*/0, /*descending=*/false));
    const auto place = at::empty_like(order).scatter_(0, order, at::arange(order.numel(), order.options()));
    const auto counts = labels.bincount();
    return {place, place - (counts.cumsum(0) - counts).index_select(0, labels)};
}

at::Tensor halved_classes(const at::Tensor& counts) { return (counts > 0).all(0); }

bool are_halved(const at::Tensor& counts) { return halved_classes(counts).sum().item<std::int64_t>() >= 2; }

at::Tensor half_means(const at::Tensor& sums, const at::Tensor& counts, int half) {
    const auto chosen = halved_classes(counts);
    return sums[half].index({chosen}) / counts[half].index({chosen}).unsqueeze(1);
}

at::Tensor selectivity_of(const at::Tensor& rates) {
    if (rates.size(0) < 2) return at::zeros_like(rates.select(0, 0));
    const auto flat = rates.flatten(1);
    return share_of(gap(flat, flat), flat).view(rates.sizes().slice(1));
}

at::Tensor selectivity_of(const at::Tensor& sums, const at::Tensor& counts) {
    const auto everything = counts.sum(0);
    const bool has_halves = are_halved(counts);
    const auto chosen = has_halves ? halved_classes(counts) : everything > 0;
    const auto rates = sums.sum(0).index({chosen}) / everything.index({chosen}).unsqueeze(1);
    if (!has_halves) return selectivity_of(rates);
    const auto first = half_means(sums, counts, 0), second = half_means(sums, counts, 1);
    const auto gaps = gap(second, first) + gap(first, second);
    // Rates with a sign may cancel in the denominator.
    return share_of(gaps / 2, rates).clamp(-1, 1);
}

}  // namespace cortexpr::workbench
