#pragma once
// The head's kernels. Threads go along units, so that neighbours read neighbouring weights; a block takes a few rows,
// so that a weight is read for all of them.

#include "head.hpp"
#include "shared_sums.hpp"

#include <cortexpr/numbers/mixed_bits.hpp>

#include <cmath>

namespace cortexpr::kernels::cuda {

// A weight that is read serves four rows. A row of a weight tile is 128 bytes, which a warp reads together, and a block
// with 1,024 hidden units takes 33 of the 48 KiB of shared memory that it may have without asking. Not tuned.
inline constexpr int head_rows = 4;  ///< of a block
inline constexpr int weight_tile_units = 128, weight_tile_depth = 32;

constexpr int head_blocks(int rows) { return (rows + head_rows - 1) / head_rows; }

/// Whether dropout keeps a unit: a hash of its position and the seed, so that neither the number of threads nor the
/// device matters.
CORTEXPR_DEVICE inline bool is_kept(std::int64_t seed, std::int64_t position, float dropout) {
    const auto drawn =
        mixed_bits(static_cast<std::uint64_t>(seed) + (static_cast<std::uint64_t>(position) + 1) * mixing_step);
    constexpr float unit = 1.0F / (1 << 24);
    return static_cast<float>(drawn >> 40) * unit >= dropout;
}

constexpr std::size_t head_shared_bytes(const head_sizes& sizes) {
    return sizeof(float) * static_cast<std::size_t>(weight_tile_units * (weight_tile_depth + 1) +
                                                    head_rows * weight_tile_depth + head_rows * sizes.hidden);
}

/// Logits of a block's rows.
template <class Block>
class head_rows_forward {
  public:
    CORTEXPR_DEVICE head_rows_forward(Block& block, const head_job& job)
        : block_(block),
          job_(job),
          weight_tile_(reinterpret_cast<float*>(block.shared())),
          seen_(weight_tile_ + weight_tile_units * pitch),
          units_(seen_ + head_rows * weight_tile_depth),
          row0_(block.index() * head_rows) {}

    CORTEXPR_DEVICE void run() {
        const auto& sizes = job_.sizes;
        for (int unit0 = 0; unit0 < sizes.hidden; unit0 += weight_tile_units)
            for (int depth0 = 0; depth0 < sizes.features; depth0 += weight_tile_depth) {
                load(unit0, depth0);
                add(unit0, depth0);
            }
        activate();
        answer();
    }

  private:
    static constexpr int pitch = weight_tile_depth + 1;  // neighbouring units in different banks

    CORTEXPR_DEVICE bool is_row(int row) const { return row0_ + row < job_.sizes.rows; }

    CORTEXPR_DEVICE void load(int unit0, int depth0) {
        const auto& sizes = job_.sizes;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < weight_tile_units * weight_tile_depth; i += block_.threads()) {
                const int unit = unit0 + i / weight_tile_depth, k = depth0 + i % weight_tile_depth;
                const bool is_there = unit < sizes.hidden && k < sizes.features;
                weight_tile_[i / weight_tile_depth * pitch + i % weight_tile_depth] =
                    is_there ? job_.weights.first[unit * sizes.features + k] : 0;
            }
            for (int i = thread; i < head_rows * weight_tile_depth; i += block_.threads()) {
                const int row = i / weight_tile_depth, k = depth0 + i % weight_tile_depth;
                const bool is_there = is_row(row) && k < sizes.features;
                seen_[i] = is_there ? job_.features[std::ptrdiff_t{row0_ + row} * sizes.features + k] : 0;
            }
        });
    }

    /// A thread has a unit of two rows.
    CORTEXPR_DEVICE void add(int unit0, int depth0) {
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < weight_tile_units * head_rows / 2; i += block_.threads()) {
                const int in_weight_tile = i % weight_tile_units, row = i / weight_tile_units * 2,
                          unit = unit0 + in_weight_tile;
                if (unit >= job_.sizes.hidden) continue;
                float* sums = units_ + row * job_.sizes.hidden + unit;
                float a = depth0 == 0 ? job_.weights.first_bias[unit] : sums[0];
                float b = depth0 == 0 ? job_.weights.first_bias[unit] : sums[job_.sizes.hidden];
                CORTEXPR_UNROLL
                for (int k = 0; k < weight_tile_depth; ++k) {
                    const float weight = weight_tile_[in_weight_tile * pitch + k];
                    a += weight * seen_[row * weight_tile_depth + k];
                    b += weight * seen_[(row + 1) * weight_tile_depth + k];
                }
                sums[0] = a;
                sums[job_.sizes.hidden] = b;
            }
        });
    }

    CORTEXPR_DEVICE void activate() {
        const bool drops = job_.seed != nullptr && job_.dropout > 0;
        block_.for_each_thread([&](int thread) {
            const std::int64_t seed = drops ? *job_.seed : 0;
            const float scale = drops ? 1 / (1 - job_.dropout) : 1;
            for (int i = thread; i < head_rows * job_.sizes.hidden; i += block_.threads()) {
                if (!is_row(i / job_.sizes.hidden)) continue;
                const auto offset = std::ptrdiff_t{row0_} * job_.sizes.hidden + i;
                float unit = units_[i] < 0 ? 0 : units_[i];  // NaN stays NaN
                if (drops) unit = is_kept(seed, offset, job_.dropout) ? unit * scale : 0;
                units_[i] = unit;
                if (job_.units != nullptr) job_.units[offset] = unit;
            }
        });
    }

    CORTEXPR_DEVICE void answer() {
        const auto& sizes = job_.sizes;
        block_.for_each_warp([&](int warp) {
            for (int i = warp; i < head_rows * sizes.classes; i += block_.warps()) {
                const int row = i / sizes.classes, c = i % sizes.classes;
                if (!is_row(row)) continue;
                typename Block::template per_lane<float, 1> sum;
                Block::for_each_lane([&](int lane) {
                    float own = 0;
                    for (int unit = lane; unit < sizes.hidden; unit += 32)
                        own += units_[row * sizes.hidden + unit] * job_.weights.second[c * sizes.hidden + unit];
                    sum.at(lane, 0) = own;
                });
                add_lanes<Block>(sum);
                Block::for_each_lane([&](int lane) {
                    if (lane == 0)
                        job_.logits[std::ptrdiff_t{row0_ + row} * sizes.classes + c] =
                            sum.at(lane, 0) + job_.weights.second_bias[c];
                });
            }
        });
    }

    Block& block_;
    const head_job& job_;
    float *weight_tile_, *seen_, *units_;
    int row0_;
};

inline constexpr int depth_parts = 8;  ///< of a sum over units or rows: one for each warp of a block

constexpr std::size_t head_adjoint_shared_bytes(const head_sizes& sizes) {
    return sizeof(float) * static_cast<std::size_t>(head_rows * sizes.classes + head_rows * sizes.hidden +
                                                    depth_parts * head_rows * weight_tile_depth);
}

/// Adjoints of a block's rows: of units and features.
template <class Block>
class head_rows_adjoint {
  public:
    CORTEXPR_DEVICE head_rows_adjoint(Block& block, const head_adjoint_job& job)
        : block_(block),
          job_(job),
          arriving_(reinterpret_cast<float*>(block.shared())),
          units_(arriving_ + head_rows * job.sizes.classes),
          parts_(units_ + head_rows * job.sizes.hidden),
          row0_(block.index() * head_rows) {}

    CORTEXPR_DEVICE void run() {
        load();
        adjoin_units();
        for (int k = 0; k < job_.sizes.features; k += weight_tile_depth) adjoin_features(k);
    }

  private:
    CORTEXPR_DEVICE bool is_row(int row) const { return row0_ + row < job_.sizes.rows; }

    CORTEXPR_DEVICE void load() {
        const int classes = job_.sizes.classes;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < head_rows * classes; i += block_.threads())
                arriving_[i] = is_row(i / classes) ? job_.logit_adjoint[std::ptrdiff_t{row0_} * classes + i] : 0;
        });
    }

    CORTEXPR_DEVICE void adjoin_units() {
        const auto& sizes = job_.sizes;
        block_.for_each_thread([&](int thread) {
            const float scale = 1 / (1 - job_.dropout);
            for (int unit = thread; unit < sizes.hidden; unit += block_.threads()) {
                float sums[head_rows] = {};
                for (int c = 0; c < sizes.classes; ++c) {
                    const float weight = job_.weights.second[c * sizes.hidden + unit];
                    CORTEXPR_UNROLL
                    for (int row = 0; row < head_rows; ++row) sums[row] += weight * arriving_[row * sizes.classes + c];
                }
                CORTEXPR_UNROLL
                for (int row = 0; row < head_rows; ++row) {
                    const auto offset = std::ptrdiff_t{row0_ + row} * sizes.hidden + unit;
                    // A unit is 0 where ReLU or dropout made it so.
                    const float adjoint = is_row(row) && job_.units[offset] > 0 ? scale * sums[row] : 0;
                    units_[row * sizes.hidden + unit] = adjoint;
                    if (is_row(row)) job_.unit_adjoint[offset] = adjoint;
                }
            }
        });
    }

    CORTEXPR_DEVICE void adjoin_features(int first) {
        const auto& sizes = job_.sizes;
        const int each = (sizes.hidden + depth_parts - 1) / depth_parts;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < depth_parts * weight_tile_depth; i += block_.threads()) {
                const int k = first + i % weight_tile_depth, part = i / weight_tile_depth;
                const int last = (part + 1) * each < sizes.hidden ? (part + 1) * each : sizes.hidden;
                float sums[head_rows] = {};
                for (int unit = part * each; k < sizes.features && unit < last; ++unit) {
                    const float weight = job_.weights.first[unit * sizes.features + k];
                    CORTEXPR_UNROLL
                    for (int row = 0; row < head_rows; ++row) sums[row] += weight * units_[row * sizes.hidden + unit];
                }
                CORTEXPR_UNROLL
                for (int row = 0; row < head_rows; ++row)
                    parts_[(part * head_rows + row) * weight_tile_depth + i % weight_tile_depth] = sums[row];
            }
        });
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < head_rows * weight_tile_depth; i += block_.threads()) {
                const int row = i / weight_tile_depth, k = first + i % weight_tile_depth;
                if (!is_row(row) || k >= sizes.features) continue;
                float sum = 0;
                for (int part = 0; part < depth_parts; ++part) sum += parts_[part * head_rows * weight_tile_depth + i];
                job_.feature_adjoint[std::ptrdiff_t{row0_ + row} * sizes.features + k] = sum;
            }
        });
    }

    Block& block_;
    const head_adjoint_job& job_;
    float *arriving_, *units_, *parts_;
    int row0_;
};

/// A product over the rows: `left` (rows, lefts) transposed times `right` (rows, rights), and the sums of `left`.
struct row_product {
    const float *left, *right;
    int rows, lefts, rights;
    float *product, *sums;  ///< (lefts, rights), (lefts)

    constexpr std::ptrdiff_t size() const { return std::ptrdiff_t{lefts} * (rights + 1); }
};

inline constexpr int gradients_of_block = 32;  ///< one for each lane of a warp

constexpr row_product first_layer(const head_adjoint_job& job) {
    return {job.unit_adjoint,   job.features, job.sizes.rows, job.sizes.hidden,
            job.sizes.features, job.first,    job.first_bias};
}
constexpr row_product second_layer(const head_adjoint_job& job) {
    return {job.logit_adjoint, job.units,  job.sizes.rows, job.sizes.classes,
            job.sizes.hidden,  job.second, job.second_bias};
}
constexpr int gradient_blocks(const row_product& layer) {
    return static_cast<int>((layer.size() + gradients_of_block - 1) / gradients_of_block);
}

constexpr std::size_t head_gradient_shared_bytes() { return sizeof(float) * gradients_of_block * depth_parts; }

/// A block has some of the gradients of a layer; each is a sum over all rows, in parts.
template <class Block>
CORTEXPR_DEVICE void add_rows(Block& block, const row_product& layer, int first_block) {
    auto* parts = reinterpret_cast<float*>(block.shared());
    const auto first = std::ptrdiff_t{block.index() - first_block} * gradients_of_block;
    const int each = (layer.rows + depth_parts - 1) / depth_parts;
    block.for_each_thread([&](int thread) {
        for (int i = thread; i < gradients_of_block * depth_parts; i += block.threads()) {
            const auto number = first + i % gradients_of_block;
            if (number >= layer.size()) continue;
            const int left = static_cast<int>(number / (layer.rights + 1));
            const int right = static_cast<int>(number % (layer.rights + 1));
            const int part = i / gradients_of_block;
            const int last = (part + 1) * each < layer.rows ? (part + 1) * each : layer.rows;
            const float* a = layer.left + left;
            const float* b = layer.right + right;
            float sum = 0;
            if (right == layer.rights) {
                for (int row = part * each; row < last; ++row) sum += a[std::ptrdiff_t{row} * layer.lefts];
            } else {
#if defined(__CUDA_ARCH__)
#pragma unroll 8
#endif
                for (int row = part * each; row < last; ++row)
                    sum += a[std::ptrdiff_t{row} * layer.lefts] * b[std::ptrdiff_t{row} * layer.rights];
            }
            parts[i] = sum;
        }
    });
    block.for_each_thread([&](int thread) {
        for (int i = thread; i < gradients_of_block; i += block.threads()) {
            const auto number = first + i;
            if (number >= layer.size()) continue;
            float sum = 0;
            for (int part = 0; part < depth_parts; ++part) sum += parts[part * gradients_of_block + i];
            const auto left = number / (layer.rights + 1), right = number % (layer.rights + 1);
            if (right == layer.rights) {
                layer.sums[left] = sum;
            } else {
                layer.product[left * layer.rights + right] = sum;
            }
        }
    });
}

/// Gradients of weights and biases: blocks of the first layer, then of the second one.
template <class Block>
CORTEXPR_DEVICE void head_gradients(Block& block, const head_adjoint_job& job, int first_layer_blocks) {
    if (block.index() < first_layer_blocks) {
        add_rows(block, first_layer(job), 0);
    } else {
        add_rows(block, second_layer(job), first_layer_blocks);
    }
}

// ---- what answers cost

constexpr std::size_t loss_shared_bytes(int threads) {
    return sizeof(float) * static_cast<std::size_t>(2 * loss_rows + threads);
}

/// A warp takes a row, its lanes the classes in turn.
template <class Block>
class loss_of_rows {
  public:
    CORTEXPR_DEVICE loss_of_rows(Block& block, const loss_job& job)
        : block_(block),
          job_(job),
          losses_(reinterpret_cast<float*>(block.shared())),
          right_(losses_ + loss_rows),
          weights_(right_ + loss_rows),
          row0_(block.index() * loss_rows),
          count_(job.rows - row0_ < loss_rows ? job.rows - row0_ : loss_rows) {}

    CORTEXPR_DEVICE void run() {
        sum_weights();
        block_.for_each_warp([&](int warp) {
            for (int row = warp; row < count_; row += block_.warps()) judge(row);
        });
        add_shared(block_, losses_, count_);
        add_shared(block_, right_, count_);
        block_.for_each_thread([&](int thread) {
            if (thread != 0) return;
            if (block_.count() == 1) {
                *job_.loss = losses_[0];
                job_.report[0] = losses_[0];
                job_.report[1] = right_[0];
            } else {
                job_.partial[2 * block_.index()] = losses_[0];
                job_.partial[2 * block_.index() + 1] = right_[0];
            }
        });
    }

  private:
    using number = typename Block::template per_lane<float, 1>;
    using index = typename Block::template per_lane<int, 1>;

    CORTEXPR_DEVICE float weight_of(std::int64_t c) const { return job_.weights == nullptr ? 1 : job_.weights[c]; }
    CORTEXPR_DEVICE std::int64_t label_of(int row) const { return job_.labels[(row0_ + row) % job_.examples]; }

    /// Sums the weights of all rows, so that each block knows what its rows count. Steps have the same examples.
    CORTEXPR_DEVICE void sum_weights() {
        if (job_.weights == nullptr) return;
        block_.for_each_thread([&](int thread) {
            float sum = 0;
            for (int i = thread; i < job_.examples; i += block_.threads()) sum += weight_of(job_.labels[i]);
            weights_[thread] = sum;
        });
        add_shared(block_, weights_, block_.threads());
    }
    CORTEXPR_DEVICE float share_of_row() const {
        if (job_.weights == nullptr) return 1 / static_cast<float>(job_.rows);
        const int rows_of_example = job_.rows / job_.examples;
        return 1 / (weights_[0] * static_cast<float>(rows_of_example));
    }

    /// The larger one; NaN is largest, and of equal ones the first: as argmax has it.
    static CORTEXPR_DEVICE bool is_more(float value, int at, float than, int than_at) {
        const bool is_nan = value != value, than_nan = than != than;
        if (is_nan != than_nan) return is_nan;
        if (is_nan || value == than) return at < than_at;
        return value > than;
    }

    CORTEXPR_DEVICE void judge(int row) {
        const float* logits = job_.logits + std::ptrdiff_t{row0_ + row} * job_.classes;
        const auto label = label_of(row);
        number most;
        index at;
        Block::for_each_lane([&](int lane) {
            most.at(lane, 0) = -INFINITY;
            at.at(lane, 0) = job_.classes;
            for (int c = lane; c < job_.classes; c += 32)
                if (is_more(logits[c], c, most.at(lane, 0), at.at(lane, 0))) {
                    most.at(lane, 0) = logits[c];
                    at.at(lane, 0) = c;
                }
        });
        for (int mask = 16; mask > 0; mask /= 2) {
            const auto others = Block::exchanged(most, mask);
            const auto others_at = Block::exchanged(at, mask);
            Block::for_each_lane([&](int lane) {
                if (!is_more(others.at(lane, 0), others_at.at(lane, 0), most.at(lane, 0), at.at(lane, 0))) return;
                most.at(lane, 0) = others.at(lane, 0);
                at.at(lane, 0) = others_at.at(lane, 0);
            });
        }
        const bool is_last_step = row0_ + row >= job_.rows - job_.examples;
        Block::for_each_lane([&](int lane) {
            if (lane == 0) right_[row] = is_last_step && at.at(lane, 0) == label ? 1.0F : 0.0F;
        });
        float* adjoint = job_.logit_adjoint + std::ptrdiff_t{row0_ + row} * job_.classes;
        if (job_.is_squared) {
            square(row, logits, label, adjoint);
        } else {
            cross(row, logits, label, most, adjoint);
        }
    }

    CORTEXPR_DEVICE void square(int row, const float* logits, std::int64_t label, float* adjoint) {
        const float share = share_of_row() * weight_of(label) / static_cast<float>(job_.classes);
        const float least = job_.smoothing / static_cast<float>(job_.classes);
        number sum;
        Block::for_each_lane([&](int lane) {
            sum.at(lane, 0) = 0;
            for (int c = lane; c < job_.classes; c += 32) {
                const float error = logits[c] - (c == label ? 1 - job_.smoothing : 0) - least;
                sum.at(lane, 0) += error * error;
                adjoint[c] = 2 * share * error;
            }
        });
        add_lanes<Block>(sum);
        Block::for_each_lane([&](int lane) {
            if (lane == 0) losses_[row] = share * sum.at(lane, 0);
        });
    }

    /// -sum of target x weight x log(softmax): smoothed, the target is smoothing / classes everywhere, and the rest at
    /// the label.
    CORTEXPR_DEVICE void cross(int row, const float* logits, std::int64_t label, const number& most, float* adjoint) {
        const float share = share_of_row(), least = job_.smoothing / static_cast<float>(job_.classes);
        number sum, weight, cost;
        Block::for_each_lane([&](int lane) {
            sum.at(lane, 0) = 0;
            for (int c = lane; c < job_.classes; c += 32) sum.at(lane, 0) += std::exp(logits[c] - most.at(lane, 0));
        });
        add_lanes<Block>(sum);
        const auto target = [&](int c) { return weight_of(c) * (least + (c == label ? 1 - job_.smoothing : 0)); };
        Block::for_each_lane([&](int lane) {
            const float of_all = std::log(sum.at(lane, 0));
            weight.at(lane, 0) = cost.at(lane, 0) = 0;
            for (int c = lane; c < job_.classes; c += 32) {
                const float wanted = target(c);
                weight.at(lane, 0) += wanted;
                if (wanted != 0) cost.at(lane, 0) += wanted * (of_all - (logits[c] - most.at(lane, 0)));
            }
        });
        add_lanes<Block>(weight);
        add_lanes<Block>(cost);
        Block::for_each_lane([&](int lane) {
            if (lane == 0) losses_[row] = share * cost.at(lane, 0);
            for (int c = lane; c < job_.classes; c += 32)
                adjoint[c] = share * (weight.at(lane, 0) * (std::exp(logits[c] - most.at(lane, 0)) / sum.at(lane, 0)) -
                                      target(c));
        });
    }

    Block& block_;
    const loss_job& job_;
    float *losses_, *right_, *weights_;
    int row0_, count_;
};

/// Adds up what several blocks found. One block.
template <class Block>
CORTEXPR_DEVICE void add_losses(Block& block, const loss_job& job, int blocks) {
    block.for_each_thread([&](int thread) {
        if (thread != 0) return;
        double loss = 0, right = 0;
        for (int i = 0; i < blocks; ++i) {
            loss += double{job.partial[2 * i]};
            right += double{job.partial[2 * i + 1]};
        }
        *job.loss = static_cast<float>(loss);
        job.report[0] = double{*job.loss};
        job.report[1] = right;
    });
}

}  // namespace cortexpr::kernels::cuda
