#include "inner_order.hpp"

#include "index_of.hpp"

#include <cortexpr/numbers/mixed_bits.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <tuple>

namespace cortexpr::executors::sparse {

namespace {

// States of fewer neurons stay in the cache in any order: a batch of 16 of them takes 512 KiB.
constexpr std::size_t neurons_of_small_network = 8'192;
// Synapses that are looked at for each neuron, passes over them, passes between which vectors are kept apart, and the
// share of a vector that stays. On a circuit of a fly optic lobe's size whose 729 columns are known (4.6 million
// synapses), positions in the columns follow from the two coordinates (R^2 0.97); after 40 passes they do not (0.59).
// docs/dev/connectomes.md has what the order is worth.
constexpr std::uint64_t synapses_of_neuron = 24;
constexpr int passes = 60, passes_together = 5;
constexpr float kept = 0.2F;

// The first two of four vectors are used: the others take up what would slow these down.
constexpr std::size_t vectors = 4;
using point = std::array<float, vectors>;

struct edge {
    std::int32_t one, other;
};

/// At most synapses_of_neuron of those onto each neuron, evenly from the user's order.
std::vector<edge> some_edges(std::size_t neurons, std::span<const std::int32_t> pre,
                             std::span<const std::int32_t> post) {
    std::vector<std::uint64_t> all(neurons), seen(neurons);
    for (const auto neuron : post) ++all[index_of(neuron)];
    std::vector<edge> edges;
    edges.reserve(std::min(pre.size(), neurons * synapses_of_neuron));
    for (std::size_t k = 0; k < pre.size(); ++k) {
        const auto neuron = index_of(post[k]);
        const auto number = seen[neuron]++;
        const auto wanted = std::min(synapses_of_neuron, all[neuron]);
        if ((number + 1) * wanted / all[neuron] != number * wanted / all[neuron]) edges.push_back({pre[k], post[k]});
    }
    return edges;
}

/// Numbers between -1/2 and 1/2 that follow from their index.
float drawn(std::uint64_t at) {
    return static_cast<float>(mixed_bits((at + 1) * mixing_step) >> 40U) / static_cast<float>(1U << 24U) - 0.5F;
}

/// Slow modes of a walk along the edges: neighbours' means, taken again and again. The slowest say which types hear
/// each other, so types' means are left out; what remains slow is where neurons lie.
class walk {
  public:
    walk(std::span<const std::int32_t> type_of_neuron, std::size_t types, const std::vector<edge>& edges)
        : type_(type_of_neuron), edges_(edges), degree_(type_.size()), of_type_(types), points_(type_.size()) {
        for (const auto& one : edges_) {
            degree_[index_of(one.one)] += 1;
            degree_[index_of(one.other)] += 1;
        }
        for (std::size_t i = 0; i < points_.size(); ++i) {
            of_type_[index_of(type_[i])] += degree_[i];
            for (std::size_t v = 0; v < vectors; ++v) points_[i][v] = drawn(i * vectors + v);
        }
    }

    const std::vector<point>& points() {
        for (int pass = 0; pass < passes; ++pass) {
            take_means();
            leave_types_out();
            if (pass % passes_together == passes_together - 1) keep_apart();
        }
        return points_;
    }

  private:
    void take_means() {
        sums_.assign(points_.size(), point{});
        for (const auto& one : edges_) {
            auto& a = sums_[index_of(one.one)];
            auto& b = sums_[index_of(one.other)];
            const auto& of_a = points_[index_of(one.one)];
            const auto& of_b = points_[index_of(one.other)];
            for (std::size_t v = 0; v < vectors; ++v) {
                a[v] += of_b[v];
                b[v] += of_a[v];
            }
        }
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const float share = degree_[i] > 0 ? (1 - kept) / degree_[i] : 0;
            for (std::size_t v = 0; v < vectors; ++v) points_[i][v] = kept * points_[i][v] + share * sums_[i][v];
        }
    }

    void leave_types_out() {
        std::vector<std::array<double, vectors>> means(of_type_.size());
        for (std::size_t i = 0; i < points_.size(); ++i)
            for (std::size_t v = 0; v < vectors; ++v)
                means[index_of(type_[i])][v] += static_cast<double>(degree_[i]) * static_cast<double>(points_[i][v]);
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const auto type = index_of(type_[i]);
            for (std::size_t v = 0; v < vectors; ++v)
                if (of_type_[type] > 0) points_[i][v] -= static_cast<float>(means[type][v] / of_type_[type]);
        }
    }

    double product(std::size_t v, std::size_t w) const {
        double sum = 0;
        for (std::size_t i = 0; i < points_.size(); ++i)
            sum += static_cast<double>(degree_[i]) * static_cast<double>(points_[i][v]) *
                   static_cast<double>(points_[i][w]);
        return sum;
    }

    /// Gram and Schmidt's way, and a length of 1. What vanishes stays 0.
    void keep_apart() {
        for (std::size_t v = 0; v < vectors; ++v) {
            for (std::size_t w = 0; w < v; ++w) {
                const auto share = static_cast<float>(product(v, w));
                for (auto& one : points_) one[v] -= share * one[w];
            }
            const auto length = std::sqrt(product(v, v));
            const auto factor = length > 0 ? static_cast<float>(1 / length) : 0.0F;
            for (auto& one : points_) one[v] *= factor;
        }
    }

    std::span<const std::int32_t> type_;
    const std::vector<edge>& edges_;
    std::vector<float> degree_;
    std::vector<double> of_type_;  ///< sum of degrees
    std::vector<point> points_, sums_;
};

/// The neurons by type, and by a key among those of one.
template <class Key>
std::vector<std::int32_t> sorted_by_type(std::span<const std::int32_t> type_of_neuron, Key key) {
    std::vector<std::int32_t> sorted(type_of_neuron.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    std::ranges::sort(sorted, {}, [&](std::int32_t neuron) {
        return std::tuple(type_of_neuron[index_of(neuron)], key(index_of(neuron)), neuron);
    });
    return sorted;
}

/// A square of a million places, as many as neurons of large networks. Not tuned.
constexpr std::uint32_t side_of_square = 1U << 10U;

/// Where each neuron stands among those of its type, from 0 to below side_of_square.
std::vector<std::uint32_t> ranks(std::span<const std::int32_t> type_of_neuron, const std::vector<std::size_t>& counts,
                                 const std::vector<point>& points, std::size_t vector) {
    std::vector<std::uint32_t> all(type_of_neuron.size());
    std::size_t first = 0;
    const auto sorted = sorted_by_type(type_of_neuron, [&](std::size_t i) { return points[i][vector]; });
    for (const auto count : counts) {
        for (std::size_t rank = 0; rank < count; ++rank)
            all[index_of(sorted[first + rank])] = static_cast<std::uint32_t>(rank * side_of_square / count);
        first += count;
    }
    return all;
}

/// How far along Hilbert's curve through the square a point lies: near ones are near along the curve.
std::uint32_t along_curve(std::uint32_t x, std::uint32_t y) {
    std::uint32_t far = 0;
    for (auto half = side_of_square / 2; half > 0; half /= 2) {
        const bool right = (x & half) != 0, upper = (y & half) != 0;
        far += half * half * ((right ? 3U : 0U) ^ (upper ? 1U : 0U));
        if (upper) continue;
        if (right) {
            x = side_of_square - 1 - x;
            y = side_of_square - 1 - y;
        }
        std::swap(x, y);
    }
    return far;
}

}  // namespace

std::vector<std::int32_t> inner_order(std::span<const std::int32_t> type_of_neuron, std::span<const std::int32_t> pre,
                                      std::span<const std::int32_t> post) {
    const auto neurons = type_of_neuron.size();
    std::vector<std::size_t> counts;
    for (const auto type : type_of_neuron) {
        if (index_of(type) >= counts.size()) counts.resize(index_of(type) + 1);
        ++counts[index_of(type)];
    }
    std::vector<std::uint32_t> far(neurons);
    if (neurons >= neurons_of_small_network) {
        const auto edges = some_edges(neurons, pre, post);
        walk walked(type_of_neuron, counts.size(), edges);
        const auto& points = walked.points();
        const auto x = ranks(type_of_neuron, counts, points, 0), y = ranks(type_of_neuron, counts, points, 1);
        for (std::size_t i = 0; i < neurons; ++i) far[i] = along_curve(x[i], y[i]);
    }
    std::vector<std::int32_t> inner(neurons);
    std::int32_t next = 0;
    for (const auto neuron : sorted_by_type(type_of_neuron, [&](std::size_t i) { return far[i]; }))
        inner[index_of(neuron)] = next++;
    return inner;
}

}  // namespace cortexpr::executors::sparse
