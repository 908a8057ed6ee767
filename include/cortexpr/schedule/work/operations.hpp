#pragma once
// Operations of convolutions on one image, two for each multiply-add, by edge, step and rule: forward, and backward for
// the sources' gradients and for the weights'. Biases, pointwise work, resizing, transforms to the Winograd domain
// and back, and the readout are not counted.

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/facts.hpp>
#include <cortexpr/schedule/work/savings.hpp>

namespace cortexpr::plan {

struct operations {
    std::int64_t forward = 0;
    std::int64_t data_gradients = 0;  ///< what reaches the sources
    std::int64_t weight_gradients = 0;

    constexpr std::int64_t backward() const { return data_gradients + weight_gradients; }
    constexpr std::int64_t all() const { return forward + backward(); }
    constexpr operations& operator+=(const operations& other) { return add(other, 1); }
    constexpr operations& add(const operations& other, std::int64_t times) {
        forward += other.forward * times;
        data_gradients += other.data_gradients * times;
        weight_gradients += other.weight_gradients * times;
        return *this;
    }
    friend constexpr operations operator-(operations one, const operations& other) {
        return {one.forward - other.forward, one.data_gradients - other.data_gradients,
                one.weight_gradients - other.weight_gradients};
    }
    friend constexpr bool operator==(const operations&, const operations&) = default;
};

namespace detail {

/// Whether the convolution of a source of zeros is left out: feedback is not looked at where an output hears it, or a
/// nonlinearity of the edge's own.
constexpr bool forward_spares_zeros(const edge& edge) {
    return edge.from == edge::source::neuron_type || (!edge.to_output() && edge.nonlinearity == activation::none);
}

/// A transposed convolution from a half grid runs over the full one.
constexpr std::int64_t spread_flops(const edge& edge) {
    if (edge.stride == 1) return flops(edge);
    return convolution_flops(edge.input, {edge.output.channels, edge.input.height, edge.input.width}, edge.extent,
                             edge.groups);
}

/// Whether the readout's maxima have adjoints at single positions of an edge's output at a step.
constexpr bool backward_is_sparse(const known_run& run, const edge& edge, int t) {
    const auto& network = run.network();
    const bool is_last = edge.area + 1 == static_cast<int>(network.areas.size());
    return edge.to_output() && is_last && run.has_answer(t) && maxima_are_sparse(network);
}
/// Their backward pass costs: only the argmax positions of the output, not all of it.
constexpr operations of_sparse_maxima(const known_run& run, const edge& edge, int t) {
    const std::int64_t sparse = flops(edge) / edge.output.size() * run.network().readout.features;
    const bool goes_on = edge.from == edge::source::neuron_type || run.source_has_gradient(edge, t);
    return {.data_gradients = goes_on ? sparse : 0, .weight_gradients = sparse};
}

/// Operations of a whole map's sums at the points of Winograd tiles instead of at all taps of all positions.
template <class Edge>
constexpr operations as_winograd(const Edge& edge, operations direct) {
    const std::int64_t products =
        winograd_points(edge.extent.height) * winograd_tile_count(edge.extent, edge.output.height, edge.output.width);
    const std::int64_t sums = edge.output.positions() * edge.extent.height * edge.extent.width;
    const auto scaled = [&](std::int64_t count) { return count / sums * products; };
    return {scaled(direct.forward), scaled(direct.data_gradients), scaled(direct.weight_gradients)};
}

}  // namespace detail

constexpr operations operations_of(const known_run& run, const edge& edge, int t, applied_savings rules = {}) {
    const bool is_live = run.is_live(edge, t);
    if (!is_live && rules.has(edge.to_output() ? saving::only_live_outputs : saving::only_live_states)) return {};
    if (rules.has(saving::constant_drive) && run.is_constant_drive(edge) && t > 1) return {};
    const auto all = flops(edge);
    operations left{all, all, all};
    if (rules.has(saving::zero_states) && run.source_is_zero(edge, t)) {
        if (detail::forward_spares_zeros(edge)) left.forward = 0;
        left.weight_gradients = 0;
        // Only a silenced type's zeros need no gradient: a start may be asked for its own.
        if (edge.from == edge::source::neuron_type && run.source_step(edge, t) > 0) left.data_gradients = 0;
    }
    if (rules.has(saving::only_requested_gradients) && !run.source_has_gradient(edge, t)) left.data_gradients = 0;
    const bool by_position = rules.has(saving::sparse_maxima) && detail::backward_is_sparse(run, edge, t);
    if (by_position && !run.answer_has_other_readers(t)) left = {.forward = left.forward};
    if (rules.has(saving::spread_adjoints) && left.data_gradients == all)
        left.data_gradients = detail::spread_flops(edge);
    if (rules.has(saving::winograd) && run.is_winograd(edge)) left = detail::as_winograd(edge, left);
    if (by_position) left += detail::of_sparse_maxima(run, edge, t);
    return left;
}

constexpr operations operations_of(const known_run& run, const feedback_edge& edge, int t, applied_savings rules = {}) {
    if (!run.is_live(edge, t) && rules.has(saving::only_live_states)) return {};
    const auto all = flops(edge);
    const operations left{all, all, all};
    if (rules.has(saving::winograd) && run.is_winograd(edge)) return detail::as_winograd(edge, left);
    return left;
}

/// The sum over all edges and steps.
constexpr operations operations_of(const known_run& run, applied_savings rules = {}) {
    operations sum;
    for (int t = 1; t <= run.steps(); ++t) {
        const auto times = run.times(t);
        for (const auto& edge : run.network().edges) sum.add(operations_of(run, edge, t, rules), times);
        for (const auto& edge : run.network().feedback) sum.add(operations_of(run, edge, t, rules), times);
    }
    return sum;
}

}  // namespace cortexpr::plan
