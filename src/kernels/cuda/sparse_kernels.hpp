#pragma once
// The kernels for connectomes: a few lanes for each line of synapses, and a whole block for a long one.

#include "channel_nonlinearities.hpp"
#include "sparse.hpp"
#include "sums.hpp"

#include <cstring>

namespace cortexpr::kernels::cuda {

/// How lanes share lines: powers of two of them take neighbouring samples of a synapse, and synapses of a line in turn.
struct lane_shares {
    int sample_bits = 0, line_bits = 0;

    constexpr int sample_lanes() const { return 1 << sample_bits; }
    constexpr int line_lanes() const { return 1 << line_bits; }
    constexpr int slots() const { return 1 << (line_bits - sample_bits); }
    constexpr int sample_of(int lane) const { return lane & (sample_lanes() - 1); }
    constexpr int slot_of(int lane) const { return (lane & (line_lanes() - 1)) >> sample_bits; }
    constexpr int line_of(int lane) const { return lane >> line_bits; }
    /// For a line that has warps to itself.
    constexpr lane_shares of_long_line() const { return {sample_bits, 5}; }
};

inline constexpr int widest_samples = 4;  ///< that a lane reads at once: 16 bytes
/// Synapses that a lane waits for together (docs/dev/connectomes.md, Lines and lanes).
inline constexpr int synapses_at_once = 4;

constexpr int samples_of_lane(int batch) { return batch % widest_samples == 0 ? widest_samples : 1; }

/// Enough lanes for a line that most lines take a few turns of synapses_at_once. Not tuned.
constexpr lane_shares shares_of(int batch, const synapse_order& order) {
    const int mean = order.lines > 0 ? order.synapses / order.lines : 0;
    const int width = samples_of_lane(batch), needed = (batch + width - 1) / width;
    lane_shares share;
    while (share.sample_bits < 5 && share.sample_lanes() < needed) ++share.sample_bits;
    share.line_bits = share.sample_bits;
    while (share.line_bits < 5 && mean >= 4 * synapses_at_once * share.slots()) ++share.line_bits;
    return share;
}
constexpr int line_blocks(const synapse_order& order, const lane_shares& share, int threads) {
    const int each = threads >> share.line_bits;
    return order.long_lines + (order.lines - order.long_lines + each - 1) / each;
}
/// Sums of a long line by warp, and what its samples give the rate.
constexpr std::size_t line_shared_bytes(int batch, const lane_shares& share, int threads) {
    const auto samples =
        static_cast<std::size_t>(share.sample_lanes()) * static_cast<std::size_t>(samples_of_lane(batch));
    return (static_cast<std::size_t>(threads) / 32 + 1) * samples * sizeof(float);
}

// ---- one cell and sample

/// A cell's function in a register: an index into its names would put them into memory.
class names_of_cell {
  public:
    CORTEXPR_DEVICE explicit names_of_cell(const cell_rules& rules, int cell) {
        static_assert(sizeof(cell_function) == sizeof packed_ && longest_chain == 4);
        std::memcpy(&packed_, rules.functions + rules.function_of[cell], sizeof packed_);
    }

    CORTEXPR_DEVICE float value(float x) const {
        if (is_alone(activation::sigmoid)) {
            x = value_of<nonlinearity::sigmoid>(x);
        } else if (is_alone(activation::relu)) {
            x = value_of<nonlinearity::relu>(x);
        } else {
            for (int i = 0; i < length(); ++i) x = value_by_name(name(i), x);
        }
        return is_rectified() && x < 0 ? 0 : x;
    }
    CORTEXPR_DEVICE bool value_is_saved() const { return length() == 1 && value_tells_slope(name(0)); }

    struct value_and_slope {
        float value, slope;
    };
    /// From what was saved of the forward pass.
    CORTEXPR_DEVICE value_and_slope again(float saved) const {
        value_and_slope found{saved, 1};
        if (is_alone(activation::sigmoid)) {
            found.slope = slope_of<nonlinearity::sigmoid>(saved);
        } else if (is_alone(activation::relu)) {
            found.slope = slope_of<nonlinearity::relu>(saved);
        } else if (value_is_saved()) {
            found.slope = slope_by_name(name(0), saved, saved);
        } else {
            for (int i = 0; i < length(); ++i) {
                const float argument = found.value;
                found.value = value_by_name(name(i), argument);
                found.slope *= slope_by_name(name(i), argument, found.value);
            }
        }
        if (is_rectified() && found.value <= 0) found = {0, 0};
        return found;
    }

  private:
    CORTEXPR_DEVICE int byte(int i) const { return static_cast<int>(packed_ >> 8 * i & 0xFFU); }
    CORTEXPR_DEVICE activation name(int i) const { return static_cast<activation>(byte(i)); }
    CORTEXPR_DEVICE int length() const { return byte(longest_chain); }
    CORTEXPR_DEVICE bool is_rectified() const { return byte(longest_chain + 1) != 0; }
    CORTEXPR_DEVICE bool is_alone(activation one) const { return length() == 1 && name(0) == one; }

    std::uint64_t packed_ = 0;
};

CORTEXPR_DEVICE inline void finish_step(const cell_step_job& job, int cell, int sample, float sum) {
    const auto at = std::ptrdiff_t{cell} * job.batch + sample;
    const names_of_cell function(job.rules, cell);
    const float drive = job.drive[at] + sum, value = function.value(drive);
    const float before = job.before == nullptr ? 0 : job.before[at];
    job.after[at] = leaky_step(before, value, job.rules.rate[cell]);
    if (job.saved != nullptr) job.saved[at] = function.value_is_saved() ? value : drive;
}

/// What the sample gives the gradient of the cell's rate.
CORTEXPR_DEVICE inline float finish_adjoint(const cell_adjoint_job& job, int cell, int sample, float sum) {
    const auto at = std::ptrdiff_t{cell} * job.batch + sample;
    float arriving = job.rules.sign[cell] * sum;
    if (!job.is_first) arriving += job.state[at];
    if (job.arriving != nullptr) arriving += job.arriving[at];
    if (job.next.saved == nullptr) {
        job.state[at] = arriving;
        return 0;
    }
    const auto found = names_of_cell(job.rules, cell).again(job.next.saved[at]);
    const float before = job.next.before == nullptr ? 0 : job.next.before[at];
    const auto adjoint = leaky_step_adjoint(arriving, before, found.value, found.slope, job.rules.rate[cell]);
    job.next.drive[at] = adjoint.drive;
    job.state[at] = adjoint.before;
    if (job.next.constant_drive_adjoint != nullptr)
        job.next.constant_drive_adjoint[at] =
            job.is_first ? adjoint.drive : job.next.constant_drive_adjoint[at] + adjoint.drive;
    return adjoint.rate;
}

// ---- lines

/// What is done along all lines.
struct line_pass {
    synapse_order order{};
    int batch = 0;
    const float* weights = nullptr;
    const float* table = nullptr;  ///< whose rows are added up; null: zeros
    const float* own = nullptr;    ///< rows of the lines' cells, whose products with the table's are gradients
    const float* sign = nullptr;   ///< of the lines' cells, and so of gradients; null: 1
    float* gradient = nullptr;
    bool sets_gradient = false;
    bool finishes = true;  ///< whether the sums are asked for
    float* rate_sum = nullptr;
    bool sets_rates = false;
};

template <int Width, bool NeedsGrad, class Block>
class line_walk {
  public:
    template <class Value, int Count>
    using per_lane = typename Block::template per_lane<Value, Count>;

    CORTEXPR_DEVICE line_walk(Block& block, const line_pass& pass, const lane_shares& share)
        : block_(block), pass_(pass), share_(share) {}

    /// finish(cell, sample, sum) gives what the sample adds to the rate's gradient.
    template <class Finish>
    CORTEXPR_DEVICE void run(Finish finish) {
        if (block_.index() < pass_.order.long_lines) {
            share_ = share_.of_long_line();
            long_line(block_.index(), finish);
        } else {
            block_.for_each_warp([&](int warp) { short_lines(warp, finish); });
        }
    }

  private:
    CORTEXPR_DEVICE int samples_at_once() const { return share_.sample_lanes() * Width; }

    template <class Finish>
    CORTEXPR_DEVICE void short_lines(int warp, Finish finish) {
        const auto& order = pass_.order;
        const int block = block_.index() - order.long_lines;
        const int first = order.long_lines + ((block * block_.warps() + warp) << (5 - share_.line_bits));
        if (first >= order.lines) return;
        const auto line_of = [&](int lane) { return first + share_.line_of(lane); };
        per_lane<int, 2> range;
        per_lane<float, 1> by_rate;
        Block::for_each_lane([&](int lane) {
            const int line = line_of(lane);
            range.at(lane, 0) = line < order.lines ? order.starts[line] : 0;
            range.at(lane, 1) = line < order.lines ? order.starts[line + 1] : 0;
            by_rate.at(lane, 0) = 0;
        });
        for (int sample = 0; sample < pass_.batch; sample += samples_at_once()) {
            const auto sums = walked(range, sample, line_of);
            if (!pass_.finishes) continue;
            Block::for_each_lane([&](int lane) {
                const int line = line_of(lane), slot = share_.slot_of(lane);
                if (line >= order.lines) return;
                const int cell = order.cells[line], own = sample + share_.sample_of(lane) * Width;
                if (own >= pass_.batch) return;
                if (share_.slots() >= Width) {  // slots have the same sums: a sample for each
                    if (slot < Width) by_rate.at(lane, 0) += finish(cell, own + slot, picked(sums, lane, slot));
                } else if (slot == 0) {
                    CORTEXPR_UNROLL
                    for (int i = 0; i < Width; ++i) by_rate.at(lane, 0) += finish(cell, own + i, sums.at(lane, i));
                }
            });
        }
        if (pass_.rate_sum == nullptr) return;
        add_lanes(by_rate, 1, share_.line_lanes());
        Block::for_each_lane([&](int lane) {
            const int line = line_of(lane);
            if ((lane & (share_.line_lanes() - 1)) == 0 && line < order.lines)
                add_to_rate(order.cells[line], by_rate.at(lane, 0));
        });
    }

    /// Warps take parts of the line; their sums are added in shared memory.
    template <class Finish>
    CORTEXPR_DEVICE void long_line(int line, Finish finish) {
        const auto& order = pass_.order;
        const int start = order.starts[line], count = order.starts[line + 1] - start, cell = order.cells[line];
        auto* sums = reinterpret_cast<float*>(block_.shared());
        auto* rates = sums + block_.warps() * samples_at_once();
        for (int sample = 0; sample < pass_.batch; sample += samples_at_once()) {
            block_.for_each_warp([&](int warp) {
                const range_of<int> part(warp, block_.warps(), count);
                per_lane<int, 2> range;
                Block::for_each_lane([&](int lane) {
                    range.at(lane, 0) = start + part.first;
                    range.at(lane, 1) = start + part.last;
                });
                const auto found = walked(range, sample, [line](int) { return line; });
                Block::for_each_lane([&](int lane) {
                    if (share_.slot_of(lane) != 0) return;
                    float* to = sums + warp * samples_at_once() + share_.sample_of(lane) * Width;
                    CORTEXPR_UNROLL
                    for (int i = 0; i < Width; ++i) to[i] = found.at(lane, i);
                });
            });
            if (!pass_.finishes) continue;
            block_.for_each_thread([&](int thread) {
                for (int i = thread; i < samples_at_once(); i += block_.threads()) {
                    if (sample == 0) rates[i] = 0;
                    if (sample + i >= pass_.batch) continue;
                    float sum = 0;
                    for (int warp = 0; warp < block_.warps(); ++warp) sum += sums[warp * samples_at_once() + i];
                    rates[i] += finish(cell, sample + i, sum);
                }
            });
        }
        if (pass_.rate_sum == nullptr) return;
        block_.for_each_thread([&](int thread) {
            if (thread != 0) return;
            float sum = 0;
            for (int i = 0; i < samples_at_once(); ++i) sum += rates[i];
            add_to_rate(cell, sum);
        });
    }

    CORTEXPR_DEVICE void add_to_rate(int cell, float more) {
        pass_.rate_sum[cell] = pass_.sets_rates ? more : pass_.rate_sum[cell] + more;
    }

    /// sum of weight * table row over each lane's range, the same in all slots of a line; and gradients of the weights.
    template <class Line>
    CORTEXPR_DEVICE per_lane<float, Width> walked(const per_lane<int, 2>& range, int first_sample, Line line_of) {
        per_lane<float, Width> sums, own;
        Block::for_each_lane([&](int lane) {
            CORTEXPR_UNROLL
            for (int i = 0; i < Width; ++i) sums.at(lane, i) = own.at(lane, i) = 0;
        });
        if (pass_.table == nullptr) return sums;
        per_lane<float, 1> sign;
        if constexpr (NeedsGrad) {
            Block::for_each_lane([&](int lane) {
                const int line = line_of(lane), sample = first_sample + share_.sample_of(lane) * Width;
                sign.at(lane, 0) = 0;
                if (line >= pass_.order.lines) return;
                const int cell = pass_.order.cells[line];
                sign.at(lane, 0) = pass_.sign == nullptr ? 1 : pass_.sign[cell];
                if (sample >= pass_.batch) return;
                const auto row = load_channels<Width>(pass_.own + std::ptrdiff_t{cell} * pass_.batch + sample);
                CORTEXPR_UNROLL
                for (int i = 0; i < Width; ++i) own.at(lane, i) = row.values[i];
            });
        }
        const int longest = longest_of(range), turn = share_.slots() * synapses_at_once;
        for (int done = 0; done < longest; done += turn) {
            per_lane<float, synapses_at_once> products;
            Block::for_each_lane([&](int lane) {
                const int sample = first_sample + share_.sample_of(lane) * Width;
                const int first = range.at(lane, 0) + done + share_.slot_of(lane);
                int ends[synapses_at_once];
                float weights[synapses_at_once];
                floats<Width> rows[synapses_at_once];
                CORTEXPR_UNROLL
                for (int k = 0; k < synapses_at_once; ++k) {
                    const int synapse = first + k * share_.slots();
                    const bool is_there = synapse < range.at(lane, 1) && sample < pass_.batch;
                    ends[k] = is_there ? pass_.order.ends[synapse] : -1;
                    weights[k] = is_there ? pass_.weights[synapse] : 0;
                }
                CORTEXPR_UNROLL
                for (int k = 0; k < synapses_at_once; ++k) {
                    rows[k] = {};
                    if (ends[k] >= 0)
                        rows[k] = load_channels<Width>(pass_.table + std::ptrdiff_t{ends[k]} * pass_.batch + sample);
                }
                CORTEXPR_UNROLL
                for (int k = 0; k < synapses_at_once; ++k) {
                    float product = 0;
                    CORTEXPR_UNROLL
                    for (int i = 0; i < Width; ++i) {
                        sums.at(lane, i) += weights[k] * rows[k].values[i];
                        if constexpr (NeedsGrad) product += rows[k].values[i] * own.at(lane, i);
                    }
                    products.at(lane, k) = product;
                }
            });
            if constexpr (NeedsGrad) add_gradients(products, range, done, sign, first_sample == 0);
        }
        add_lanes(sums, share_.sample_lanes(), share_.line_lanes());
        return sums;
    }

    /// Products are added over the samples' lanes, of which each keeps one synapse where there are as many.
    CORTEXPR_DEVICE void add_gradients(per_lane<float, synapses_at_once>& products, const per_lane<int, 2>& range,
                                       int done, const per_lane<float, 1>& sign, bool is_first_sample) {
        static_assert(synapses_at_once == 4);
        const bool sets = pass_.sets_gradient && is_first_sample;
        const auto add = [&](int lane, int k, float sum) {
            const int synapse = range.at(lane, 0) + done + k * share_.slots() + share_.slot_of(lane);
            if (synapse >= range.at(lane, 1)) return;
            float& gradient = pass_.gradient[synapse];
            gradient = (sets ? 0 : gradient) + sign.at(lane, 0) * sum;
        };
        if (share_.sample_bits < 2) {
            add_lanes(products, 1, share_.sample_lanes());
            Block::for_each_lane([&](int lane) {
                if (share_.sample_of(lane) != 0) return;
                CORTEXPR_UNROLL
                for (int k = 0; k < synapses_at_once; ++k) add(lane, k, products.at(lane, k));
            });
            return;
        }
        per_lane<float, 2> kept, sent;
        Block::for_each_lane([&](int lane) {
            const bool keeps_last = (lane & 1) != 0;
            CORTEXPR_UNROLL
            for (int i = 0; i < 2; ++i) {
                kept.at(lane, i) = keeps_last ? products.at(lane, 2 + i) : products.at(lane, i);
                sent.at(lane, i) = keeps_last ? products.at(lane, i) : products.at(lane, 2 + i);
            }
        });
        const auto halves = Block::exchanged(sent, 1);
        per_lane<float, 1> sum, other;
        Block::for_each_lane([&](int lane) {
            const bool keeps_last = (lane & 2) != 0;
            const float low = kept.at(lane, 0) + halves.at(lane, 0), high = kept.at(lane, 1) + halves.at(lane, 1);
            sum.at(lane, 0) = keeps_last ? high : low;
            other.at(lane, 0) = keeps_last ? low : high;
        });
        const auto quarter = Block::exchanged(other, 2);
        Block::for_each_lane([&](int lane) { sum.at(lane, 0) += quarter.at(lane, 0); });
        add_lanes(sum, 4, share_.sample_lanes());
        Block::for_each_lane([&](int lane) {
            if (share_.sample_of(lane) < synapses_at_once) add(lane, (lane & 1) * 2 + (lane >> 1 & 1), sum.at(lane, 0));
        });
    }

    /// Sums over lanes whose numbers differ in the bits from `first` to below `end`: all of them get the same one.
    template <int Count>
    static CORTEXPR_DEVICE void add_lanes(per_lane<float, Count>& values, int first, int end) {
        for (int mask = first; mask < end; mask *= 2) {
            const auto others = Block::exchanged(values, mask);
            Block::for_each_lane([&](int lane) {
                CORTEXPR_UNROLL
                for (int i = 0; i < Count; ++i) values.at(lane, i) += others.at(lane, i);
            });
        }
    }

    static CORTEXPR_DEVICE int longest_of(const per_lane<int, 2>& range) {
        per_lane<int, 1> length;
        Block::for_each_lane([&](int lane) { length.at(lane, 0) = range.at(lane, 1) - range.at(lane, 0); });
        for (int mask = 1; mask < 32; mask *= 2) {
            const auto others = Block::exchanged(length, mask);
            Block::for_each_lane([&](int lane) {
                if (others.at(lane, 0) > length.at(lane, 0)) length.at(lane, 0) = others.at(lane, 0);
            });
        }
        return length.at(0, 0);
    }

    static CORTEXPR_DEVICE float picked(const per_lane<float, Width>& values, int lane, int i) {
        float one = values.at(lane, 0);
        CORTEXPR_UNROLL
        for (int k = 1; k < Width; ++k)
            if (i == k) one = values.at(lane, k);
        return one;
    }

    Block& block_;
    const line_pass& pass_;
    lane_shares share_;
};

template <int Width, class Block>
CORTEXPR_DEVICE void step_cells(Block& block, const cell_step_job& job, const lane_shares& share) {
    const line_pass pass{.order = job.rows, .batch = job.batch, .weights = job.weights, .table = job.before};
    line_walk<Width, false, Block>(block, pass, share).run([&job](int cell, int sample, float sum) {
        finish_step(job, cell, sample, sum);
        return 0.0F;
    });
}

template <int Width, bool NeedsGrad, class Block>
CORTEXPR_DEVICE void step_cells_adjoint(Block& block, const cell_adjoint_job& job, const lane_shares& share) {
    const line_pass pass{.order = job.columns,
                         .batch = job.batch,
                         .weights = job.weights,
                         .table = job.drive_adjoint,
                         .own = job.states,
                         .sign = job.rules.sign,
                         .gradient = job.weight_gradient,
                         .sets_gradient = job.sets_weights,
                         .finishes = job.state != nullptr,
                         .rate_sum = job.next.saved == nullptr ? nullptr : job.next.rate_sum,
                         .sets_rates = job.is_first};
    line_walk<Width, NeedsGrad, Block>(block, pass, share).run([&job](int cell, int sample, float sum) {
        return finish_adjoint(job, cell, sample, sum);
    });
}
template <int Width, bool NeedsGrad, class Block>
CORTEXPR_DEVICE void multiply_lines(Block& block, const line_product_job& job, const lane_shares& share) {
    const line_pass pass{.order = job.order,
                         .batch = job.batch,
                         .weights = job.weights,
                         .table = job.from,
                         .own = job.own,
                         .gradient = job.weight_gradient,
                         .sets_gradient = job.sets_weights,
                         .finishes = job.to != nullptr};
    line_walk<Width, NeedsGrad, Block>(block, pass, share).run([&job](int line, int sample, float sum) {
        job.to[std::ptrdiff_t{line} * job.batch + sample] = sum;
        return 0.0F;
    });
}

constexpr bool weights_need_grad(const line_product_job& job) { return job.weight_gradient != nullptr; }
constexpr bool weights_need_grad(const cell_adjoint_job& job) {
    return job.weight_gradient != nullptr && job.states != nullptr && job.drive_adjoint != nullptr;
}

// ---- lists

template <class Block>
CORTEXPR_DEVICE void reorder(Block& block, const reorder_job& job) {
    block.for_each_thread([&](int thread) {
        const auto stride = std::ptrdiff_t{block.count()} * block.threads();
        for (auto i = std::ptrdiff_t{block.index()} * block.threads() + thread; i < job.size; i += stride) {
            const float value = job.from[job.order[i]];
            job.to[i] = job.sign == nullptr ? value : job.sign[job.cells[i]] * value;
        }
    });
}

/// to[s] = the sum of from[order[i]], or of from[i], over segment s: a warp for each.
template <class Block>
CORTEXPR_DEVICE void add_segments(Block& block, int segments, const std::int32_t* starts, const std::int32_t* order,
                                  const float* from, float* to) {
    block.for_each_warp([&](int warp) {
        for (int segment = block.index() * block.warps() + warp; segment < segments;
             segment += block.count() * block.warps()) {
            typename Block::template per_lane<float, 1> sum;
            Block::for_each_lane([&](int lane) {
                sum.at(lane, 0) = 0;
                for (int i = starts[segment] + lane; i < starts[segment + 1]; i += 32)
                    sum.at(lane, 0) += from[order == nullptr ? i : order[i]];
            });
            for (int mask = 1; mask < 32; mask *= 2) {
                const auto others = Block::exchanged(sum, mask);
                Block::for_each_lane([&](int lane) { sum.at(lane, 0) += others.at(lane, 0); });
            }
            Block::for_each_lane([&](int lane) {
                if (lane == 0) to[segment] = sum.at(lane, 0);
            });
        }
    });
}

}  // namespace cortexpr::kernels::cuda
