#pragma once
// Weights, rounded and in the order in which lanes take them: a block of 16 x 16 weights is 16 bytes for each lane, its
// operands of two products. A product's columns are channels such that a lane's sums are of four neighbouring ones.

#include "maps.hpp"

namespace cortexpr::kernels::cuda::sized {

template <shape S>
class packing {
    static constexpr auto layout = layout_of(S);

  public:
    CORTEXPR_INLINED explicit packing(const pack_job& job) : job_(job) {}

    /// Grid of any size: every number is set by one thread.
    CORTEXPR_INLINED void run() {
        const int first = block_index() * thread_count() + thread_index(), stride = block_count() * thread_count();
        constexpr int state = layout.state_weights / 2, input = layout.input_weights / 2,
                      output = layout.output_weights / 2;
        constexpr int read = layout.read_weights / 4;
        for (int i = first; i < 2 * state + input + output + read; i += stride) {
            if (i < state)
                put(0, i, state_weight(i, false));
            else if (i < 2 * state)
                put(layout.at_adjoint_weights, i - state, state_weight(i - state, true));
            else if (i < 2 * state + input)
                put(layout.at_input_weights, i - 2 * state, input_weight(i - 2 * state));
            else if (i < 2 * state + input + output)
                put(layout.at_output_weights, i - 2 * state - input, output_weight(i - 2 * state - input));
            else
                put_read(i - 2 * state - input - output);
        }
    }

  private:
    /// What lies at a position among the weights of `targets` blocks of target channels: block, row and
    /// channel.
    struct operand {
        int block, row, channel;

        CORTEXPR_INLINED operand(int i, int targets) {
            const int in_lane = i % 8, lane = i / 8 % 32;
            block = i / 256 / targets;
            row = lane % 4 * 2 + in_lane / 2 % 2 * 8 + in_lane % 2;
            channel = i / 256 % targets * 16 + channel_of_column(in_lane / 4, lane / 4);
        }
    };

    CORTEXPR_INLINED void put(int part, int i, float weight) {
        reinterpret_cast<bfloat16*>(job_.packed + part)[i] = narrowed(weight);
    }
    CORTEXPR_INLINED static float scale_of(int channel) {
        return channel < S.states && S.names[channel / 16] == nonlinearity::sigmoid ? 0.5F : 1.0F;
    }
    /// From sources to targets; its adjoint leads from targets to sources, with the taps in reverse order.
    CORTEXPR_INLINED float state_weight(int i, bool is_adjoint) const {
        const operand of(i, layout.blocks);
        const int tap = is_adjoint ? layout.taps - 1 - of.block / layout.blocks : of.block / layout.blocks;
        const int other = of.block % layout.blocks * 16 + of.row;
        const int source = is_adjoint ? of.channel : other, target = is_adjoint ? other : of.channel;
        if (source >= S.states || target >= S.states) return 0;
        return (is_adjoint ? 1.0F : scale_of(target)) *
               job_.state_weights[(tap * S.states + source) * S.states + target];
    }
    CORTEXPR_INLINED float input_weight(int i) const {
        const operand of(i, layout.blocks);
        const int row = of.block * 16 + of.row;
        if (of.channel >= S.states || row > layout.bias_row + 1) return 0;
        if (row < layout.bias_row) return scale_of(of.channel) * job_.input_weights[row * S.states + of.channel];
        const float bias = job_.bias[of.channel], upper = widened(narrowed(bias));
        return scale_of(of.channel) * (row == layout.bias_row ? bias : bias - upper);
    }
    CORTEXPR_INLINED float output_number(int tap, int source, int channel) const {
        if (source >= S.states || channel >= S.outputs) return 0;
        return job_.output_weights[(tap * S.states + source) * S.outputs + channel];
    }
    CORTEXPR_INLINED float output_weight(int i) const {
        const operand of(i, layout.output_blocks);
        return output_number(of.block / layout.sources,
                             nth_block(S.output_sources, of.block % layout.sources) * 16 + of.row, of.channel);
    }
    CORTEXPR_INLINED void put_read(int i) {
        constexpr int depth = 16 * layout.sources;
        const int source = i % depth, tap = i / depth % layout.taps, channel = i / depth / layout.taps;
        reinterpret_cast<float*>(job_.packed + layout.at_read_weights)[i] =
            output_number(tap, nth_block(S.output_sources, source / 16) * 16 + source % 16, channel);
    }

    const pack_job& job_;
};

}  // namespace cortexpr::kernels::cuda::sized
