// The products of a sparse recurrent step: gathered by rows, and by columns their adjoint. Included by table_of.hpp.

#pragma once

#include "kernels.hpp"
#include "sparse_pointwise.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

// Their arrays stay in the first-level cache from product to nonlinearity (docs/dev/connectomes.md).
inline constexpr int neurons_at_once = 32;

/// Some samples of one neuron in registers.
template <class Scalar, int Bytes>
struct samples {
    static constexpr int part_bytes = Bytes < CORTEXPR_VECTOR_BYTES ? Bytes : CORTEXPR_VECTOR_BYTES;
    static constexpr int parts = Bytes / part_bytes;
    static constexpr int width = part_bytes / static_cast<int>(sizeof(Scalar));
    using part = part_vector<Scalar, part_bytes>;
    using block = part[parts];

    [[gnu::always_inline]] static part load(const Scalar* from) {
        part value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }
    [[gnu::always_inline]] static void store(Scalar* to, part value) { std::memcpy(to, &value, sizeof value); }
};

/// Calls visit.operator()<Bytes>(first sample) for blocks that fill a row.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void for_each_sample_block(int stride, Visitor visit) {
    constexpr int unit = 16 / static_cast<int>(sizeof(Scalar));
    if (stride == 1) return visit.template operator()<static_cast<int>(sizeof(Scalar))>(0);
    if (stride == unit) return visit.template operator()<16>(0);
    int first = 0;
    for (; stride - first >= 8 * unit; first += 8 * unit) visit.template operator()<128>(first);
    if (stride - first >= 4 * unit) {
        visit.template operator()<64>(first);
        first += 4 * unit;
    }
    if (stride - first >= 2 * unit) visit.template operator()<32>(first);
}

/// The other ends of synapses, in the width that they have.
template <class End, bool FetchesAhead>
struct line_ends {
    const End* first;

    /// Where the samples of the neuron at synapse k's other end are, and fetches those of a later synapse.
    template <class Scalar, int Bytes>
    [[gnu::always_inline]] const Scalar* samples_of(std::int64_t k, const Scalar* table, std::ptrdiff_t stride) const {
        constexpr int line = 64;
        if constexpr (FetchesAhead && Bytes >= line / 2) {
            const Scalar* later = table + first[k + synapses_ahead] * stride;
#pragma GCC unroll 2
            for (int at = 0; at < Bytes; at += line) __builtin_prefetch(reinterpret_cast<const char*>(later) + at);
        }
        return table + first[k] * stride;
    }
    line_ends from(std::int64_t start) const { return {first + start}; }
};

/// Calls visit with the lines' ends.
template <class Visitor>
[[gnu::always_inline]] inline void with_ends(const synapse_lines& lines, Visitor visit) {
    const auto with = [&]<class End>(const End* ends) {
        if (lines.fetches_ahead) {
            visit(line_ends<End, true>{ends});
        } else {
            visit(line_ends<End, false>{ends});
        }
    };
    if (lines.short_ends != nullptr) {
        with(lines.short_ends);
    } else {
        with(lines.long_ends);
    }
}

/// sum of weight * table[end]. Several sums side by side: one alone would wait for each addition.
template <class Scalar, int Bytes, class Ends>
[[gnu::always_inline]] inline void gather(typename samples<Scalar, Bytes>::block& result, Ends ends,
                                          const Scalar* weights, std::int64_t count, const Scalar* table,
                                          std::ptrdiff_t stride) {
    using of = samples<Scalar, Bytes>;
    constexpr int ways = of::parts > 4 ? 1 : of::parts > 2 ? 2 : 4;
    typename of::block sums[ways]{};
    std::int64_t k = 0;
    for (; k + ways <= count; k += ways)
#pragma GCC unroll 4
        for (int way = 0; way < ways; ++way) {
            const Scalar* from = ends.template samples_of<Scalar, Bytes>(k + way, table, stride);
            const Scalar weight = weights[k + way];
#pragma GCC unroll 8
            for (int p = 0; p < of::parts; ++p) sums[way][p] += weight * of::load(from + p * of::width);
        }
    for (; k < count; ++k) {
        const Scalar* from = ends.template samples_of<Scalar, Bytes>(k, table, stride);
#pragma GCC unroll 8
        for (int p = 0; p < of::parts; ++p) sums[0][p] += weights[k] * of::load(from + p * of::width);
    }
#pragma GCC unroll 8
    for (int p = 0; p < of::parts; ++p) {
        if constexpr (ways == 4) {
            result[p] = (sums[0][p] + sums[1][p]) + (sums[2][p] + sums[3][p]);
        } else if constexpr (ways == 2) {
            result[p] = sums[0][p] + sums[1][p];
        } else {
            result[p] = sums[0][p];
        }
    }
}

/// after = drive + W before, for a few rows.
template <class Scalar>
void gather_drive(const sparse_step_job<Scalar>& job, int first, int last) {
    const std::ptrdiff_t stride = job.stride;
    if (job.before == nullptr) {
        const std::size_t row = sizeof(Scalar) * static_cast<std::size_t>(stride);
        std::memcpy(job.after + first * stride, job.drive + first * stride,
                    row * static_cast<std::size_t>(last - first));
        return;
    }
    with_ends(job.rows, [&](auto ends) {
        for_each_sample_block<Scalar>(job.stride, [&]<int Bytes>(int sample) {
            using of = samples<Scalar, Bytes>;
            for (std::ptrdiff_t i = first; i < last; ++i) {
                const auto start = job.rows.starts[i];
                typename of::block sum;
                gather<Scalar, Bytes>(sum, ends.from(start), job.weights + start, job.rows.starts[i + 1] - start,
                                      job.before + sample, stride);
                const auto at = i * stride + sample;
#pragma GCC unroll 8
                for (int p = 0; p < of::parts; ++p)
                    of::store(job.after + at + p * of::width, of::load(job.drive + at + p * of::width) + sum[p]);
            }
        });
    });
}

template <class Scalar>
void sparse_step(const sparse_step_job<Scalar>& job) {
    const auto* range = job.ranges;
    for (int first = job.first; first < job.last; first += neurons_at_once) {
        const int last = job.last - first < neurons_at_once ? job.last : first + neurons_at_once;
        gather_drive(job, first, last);
        range = for_each_range(range, first, last, [&job](const neuron_range<Scalar>& of, int from, int to) {
            step_neurons(job, of, from, to);
        });
    }
}

// ---- the adjoint

/// What the pass over a column asks for and where it goes.
template <class Scalar>
struct column_walk {
    const Scalar* weights;
    Scalar* gradient;
    std::int64_t count;
    const Scalar* table;  ///< of drive adjoints
    std::ptrdiff_t stride;
    bool replace;
};

/// result = sum of weight * table[end], and the weights' gradients: the sum over samples of table[end] * signed_state.
/// Synapses in groups whose sums over samples are taken together.
template <class Scalar, int Bytes, bool NeedsSum, bool NeedsGrad, class Ends>
[[gnu::always_inline]] inline void walk_column(typename samples<Scalar, Bytes>::block& result, Ends ends,
                                               const column_walk<Scalar>& walk, const Scalar* signed_state) {
    using of = samples<Scalar, Bytes>;
    using folding = folded<Scalar, of::part_bytes>;
    constexpr int ways = of::parts > 2 ? 1 : 2, group = folding::width;
    typename of::block sums[ways]{}, state{};
#pragma GCC unroll 8
    for (int p = 0; NeedsGrad && p < of::parts; ++p) state[p] = of::load(signed_state + p * of::width);
    const auto one = [&](std::int64_t k, typename of::block & sum) __attribute__((always_inline)) {
        const Scalar* from = ends.template samples_of<Scalar, Bytes>(k, walk.table, walk.stride);
        typename of::part product{};
#pragma GCC unroll 8
        for (int p = 0; p < of::parts; ++p) {
            const auto adjoint = of::load(from + p * of::width);
            if constexpr (NeedsSum) sum[p] += walk.weights[k] * adjoint;
            if constexpr (NeedsGrad) product = p == 0 ? adjoint * state[0] : product + adjoint * state[p];
        }
        return folding::fold(product);
    };
    std::int64_t k = 0;
    for (; k + group <= walk.count; k += group) {
        typename folding::type products[group];
#pragma GCC unroll 8
        for (int i = 0; i < group; ++i) products[i] = one(k + i, sums[i % ways]);
        if constexpr (NeedsGrad) {
            auto gradient = folding::sums_of(products);
            if (!walk.replace) gradient += folding::load(walk.gradient + k);
            folding::store(walk.gradient + k, gradient);
        }
    }
    for (; k < walk.count; ++k) {
        const auto product = one(k, sums[0]);
        if constexpr (NeedsGrad)
            walk.gradient[k] = (walk.replace ? Scalar{0} : walk.gradient[k]) + folding::sum_of(product);
    }
#pragma GCC unroll 8
    for (int p = 0; p < of::parts; ++p) result[p] = ways == 2 ? sums[0][p] + sums[ways - 1][p] : sums[0][p];
}

/// The adjoint of the states of a few columns, and their weights' gradients.
template <class Scalar, bool NeedsSum, bool NeedsGrad>
void walk_columns(const sparse_adjoint_job<Scalar>& job, int first, int last) {
    const std::ptrdiff_t stride = job.stride;
    with_ends(job.columns, [&](auto ends) {
        for_each_sample_block<Scalar>(job.stride, [&]<int Bytes>(int sample) {
            using of = samples<Scalar, Bytes>;
            for (std::ptrdiff_t i = first; i < last; ++i) {
                const auto start = job.columns.starts[i];
                const auto at = i * stride + sample;
                const column_walk<Scalar> walk{job.weights + start,
                                               NeedsGrad ? job.weight_gradient + start : nullptr,
                                               job.columns.starts[i + 1] - start,
                                               job.drive_adjoint + sample,
                                               stride,
                                               job.replace && sample == 0};
                typename of::block sum;
                walk_column<Scalar, Bytes, NeedsSum, NeedsGrad>(sum, ends.from(start), walk,
                                                                NeedsGrad ? job.signed_state + at : nullptr);
                if constexpr (NeedsSum) {
                    const Scalar sign = job.sign[i];
                    Scalar* state = job.state + at;
#pragma GCC unroll 8
                    for (int p = 0; p < of::parts; ++p) {
                        auto value = sign * sum[p];
                        if (!job.fresh) value += of::load(state + p * of::width);
                        if (job.arriving != nullptr) value += of::load(job.arriving + at + p * of::width);
                        of::store(state + p * of::width, value);
                    }
                }
            }
        });
    });
}

/// The adjoint of states that no step reads.
template <class Scalar>
void take_arriving(const sparse_adjoint_job<Scalar>& job, int first, int last) {
    const std::ptrdiff_t stride = job.stride;
    for (auto at = first * stride; at < last * stride; ++at) {
        const Scalar before = job.fresh ? Scalar{0} : job.state[at];
        job.state[at] = job.arriving == nullptr ? before : before + job.arriving[at];
    }
}

template <class Scalar>
void sparse_adjoint(const sparse_adjoint_job<Scalar>& job) {
    const auto* range = job.next.ranges;
    for (int first = job.first; first < job.last; first += neurons_at_once) {
        const int last = job.last - first < neurons_at_once ? job.last : first + neurons_at_once;
        if (job.drive_adjoint == nullptr) {
            take_arriving(job, first, last);
        } else if (job.state == nullptr) {
            walk_columns<Scalar, false, true>(job, first, last);
        } else if (job.weight_gradient == nullptr) {
            walk_columns<Scalar, true, false>(job, first, last);
        } else {
            walk_columns<Scalar, true, true>(job, first, last);
        }
        if (job.next.drive == nullptr) continue;
        range = for_each_range(range, first, last, [&job](const neuron_range<Scalar>& of, int from, int to) {
            adjoint_of_neurons(job, of, from, to);
        });
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
