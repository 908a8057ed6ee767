#pragma once
// The kernels of a step: squares of gradients in parts (where they are scaled to a norm), what holds for each
// parameter, and the elements.

#include "shared_sums.hpp"
#include "update.hpp"

#include <cmath>

namespace cortexpr::kernels::cuda {

/// As many parameters as a kernel's arguments hold (4 kB): no table has to be copied to the device, and a graph that
/// replays the launch has it.
struct update_table {
    static constexpr int most = 40;
    step_rule rule;
    update_segment segments[most];
    int count, first;  ///< segments, and the number of the first one among all
    const float* loss;
    float clip_value, clip_norm;
    update_scale* scales;
    float* square_partial;
    std::ptrdiff_t all_blocks;  ///< of all tables

    constexpr std::ptrdiff_t blocks() const {
        const auto& last = segments[count - 1];
        return last.block + (last.size + update_range - 1) / update_range - segments[0].block;
    }
};
static_assert(sizeof(update_table) <= 4096);

inline update_table table_of(const update_job& job, int first) {
    update_table table{};
    table.rule = job.rule;
    table.first = first;
    table.count = job.segment_count - first < update_table::most ? job.segment_count - first : update_table::most;
    for (int i = 0; i < table.count; ++i) table.segments[i] = job.segments[first + i];
    table.loss = job.loss;
    table.clip_value = job.clip_value;
    table.clip_norm = job.clip_norm;
    table.scales = job.scales;
    table.square_partial = job.square_partial;
    const auto& last = job.segments[job.segment_count - 1];
    table.all_blocks = last.block + (last.size + update_range - 1) / update_range;
    return table;
}

/// The elements of a block, of one parameter.
struct update_part {
    int segment;
    std::ptrdiff_t first, last;

    CORTEXPR_DEVICE update_part(const update_table& table, std::ptrdiff_t block) : segment(0) {
        while (segment + 1 < table.count && table.segments[segment + 1].block <= block) ++segment;
        const auto& found = table.segments[segment];
        first = (block - found.block) * update_range;
        last = first + update_range < found.size ? first + update_range : found.size;
    }
};

/// Cut to the bounds; NaN stays NaN.
CORTEXPR_DEVICE inline float cut_gradient(float gradient, float most) {
    if (!(most > 0)) return gradient;
    return gradient < -most ? -most : gradient > most ? most : gradient;
}

constexpr std::size_t update_shared_bytes(int threads) { return sizeof(float) * static_cast<std::size_t>(threads); }

/// The sum of the squares of a block's gradients.
template <class Block>
CORTEXPR_DEVICE void sum_squares(Block& block, const update_table& table) {
    auto* sums = reinterpret_cast<float*>(block.shared());
    const auto number = table.segments[0].block + block.index();
    const update_part part(table, number);
    block.for_each_thread([&](int thread) {
        float sum = 0;
        for (auto i = part.first + thread; i < part.last; i += block.threads()) {
            const float gradient = cut_gradient(table.segments[part.segment].gradient[i], table.clip_value);
            sum += gradient * gradient;
        }
        sums[thread] = sum;
    });
    add_shared(block, sums, block.threads());
    block.for_each_thread([&](int thread) {
        if (thread == 0) table.square_partial[number] = sums[0];
    });
}

/// Counts the step, and computes for each parameter what its elements share. One block.
template <class Block>
CORTEXPR_DEVICE void prepare_update(Block& block, const update_table& table) {
    auto* sums = reinterpret_cast<float*>(block.shared());
    if (table.clip_norm > 0) {
        block.for_each_thread([&](int thread) {
            float sum = 0;
            for (auto i = std::ptrdiff_t{thread}; i < table.all_blocks; i += block.threads())
                sum += table.square_partial[i];
            sums[thread] = sum;
        });
        add_shared(block, sums, block.threads());
    }
    block.for_each_thread([&](int thread) {
        constexpr float epsilon = 1e-6F;  // PyTorch's
        const float wanted = table.clip_norm > 0 ? table.clip_norm / (std::sqrt(sums[0]) + epsilon) : 1;
        const float factor = wanted > 1 ? 1 : wanted;
        // Not isfinite: a compiler's fast mathematics would make it true.
        const bool is_void = table.loss != nullptr && (bits_of(*table.loss) & 0x7F800000U) == 0x7F800000U;
        for (int i = thread; i < table.count; i += block.threads()) {
            const auto& segment = table.segments[i];
            const float rate = segment.rate != nullptr ? *segment.rate : segment.given_rate;
            const float count = is_void ? *segment.count : *segment.count + 1;
            *segment.count = count;
            const double first = 1 - std::pow(table.rule.mean_decay, double{count});
            const double second = 1 - std::pow(table.rule.square_decay, double{count});
            table.scales[table.first + i] = {rate, static_cast<float>(rate / first),
                                             static_cast<float>(std::sqrt(second)), factor, is_void ? 1.0F : 0.0F};
        }
    });
}

/// Where an element goes from `value`. `kept` are its own.
CORTEXPR_DEVICE inline float stepped(const step_rule& rule, const update_scale& scale, float value, float gradient,
                                     float* first, float* second) {
    const auto momentum = static_cast<float>(rule.momentum), epsilon = static_cast<float>(rule.epsilon);
    const auto square_decay = static_cast<float>(rule.square_decay);
    const auto square_rest = static_cast<float>(1 - rule.square_decay);
    switch (rule.kind) {
        case step_kind::adam: {
            const float mean =
                static_cast<float>(rule.mean_decay) * *first + static_cast<float>(1 - rule.mean_decay) * gradient;
            const float square = square_decay * *second + square_rest * gradient * gradient;
            *first = mean;
            *second = square;
            return value - scale.step * mean / (std::sqrt(square) / scale.root + epsilon);
        }
        case step_kind::sgd: {
            const float along = momentum * *first + gradient;
            *first = along;
            return value - scale.rate * (rule.nesterov ? gradient + momentum * along : along);
        }
        case step_kind::rmsprop: {
            const float square = square_decay * *first + square_rest * gradient * gradient;
            *first = square;
            const float scaled = gradient / (std::sqrt(square) + epsilon);
            if (!(momentum > 0)) return value - scale.rate * scaled;
            *second = momentum * *second + scaled;
            return value - scale.rate * *second;
        }
    }
    return value;
}

/// Decay, step and projection of a block's elements.
template <class Block>
CORTEXPR_DEVICE void update_elements(Block& block, const update_table& table) {
    const update_part part(table, table.segments[0].block + block.index());
    const auto& segment = table.segments[part.segment];
    block.for_each_thread([&](int thread) {
        const auto scale = table.scales[table.first + part.segment];
        const bool is_stepped = !(scale.is_void > 0);
        for (auto i = part.first + thread; i < part.last; i += block.threads()) {
            float value = segment.values[i];
            if (is_stepped) {
                float gradient = scale.factor * cut_gradient(segment.gradient[i], table.clip_value);
                const float decay = segment.decay != nullptr ? segment.decay[i * segment.decay_stride] : 0;
                if (segment.decay != nullptr && table.rule.decouples_decay)
                    value *= 1 - decay * (scale.rate / segment.gain);
                if (segment.decay != nullptr && !table.rule.decouples_decay) gradient += decay * value;
                float* second = segment.kept[1] == nullptr ? nullptr : segment.kept[1] + i;
                value = stepped(table.rule, scale, value, gradient, segment.kept[0] + i, second);
            }
            segment.values[i] = value < segment.least ? segment.least : value;  // NaN stays NaN
        }
    });
}

}  // namespace cortexpr::kernels::cuda
