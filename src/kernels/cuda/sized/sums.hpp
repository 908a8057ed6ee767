#pragma once
// Gradients as on_chip_offsets has them, from the thread blocks' slices; those of the output from what the maxima saw.
// A number is summed in eight parts by eight warps, each in order, so that sums are the same in every run.

#include "maps.hpp"

namespace cortexpr::kernels::cuda::sized {

template <shape S>
class gradient_sums {
    static constexpr auto layout = layout_of(S);

  public:
    static constexpr int threads = sum_threads, parts = threads / 32;

    CORTEXPR_INLINED explicit gradient_sums(const sum_job& job) : job_(job) {}

    static constexpr int numbers() {
        return layout.taps * (S.states * S.states + S.inputs * S.states + S.states * S.outputs) + 2 * S.states +
               S.outputs;
    }
    static constexpr int blocks() { return (numbers() + 31) / 32; }

    CORTEXPR_INLINED void run() {
        auto* by_part = reinterpret_cast<float*>(shared_memory());
        const int lane = thread_index() % 32, part = thread_index() / 32, number = block_index() * 32 + lane;
        by_part[thread_index()] = number < numbers() ? part_of(number, part) : 0;
        barrier();
        if (part > 0 || number >= numbers()) return;
        float sum = 0;
        CORTEXPR_UNROLL
        for (int i = 0; i < parts; ++i) sum += by_part[i * 32 + lane];
        job_.gradient[number] = sum;
    }

  private:
    /// The eighth number `part` of `count` numbers.
    struct share {
        int begin, end;
        CORTEXPR_INLINED share(int count, int part)
            : begin((count + parts - 1) / parts * part), end(smaller(begin + (count + parts - 1) / parts, count)) {}
    };

    CORTEXPR_INLINED float part_of(int number, int part) const {
        constexpr int state = layout.taps * S.states * S.states, input = state + layout.taps * S.inputs * S.states,
                      output = input + layout.taps * S.states * S.outputs, bias = output + S.states,
                      rate = bias + S.states;
        if (number < state) {
            const int target = number % S.states, source = number / S.states;  // of all taps
            return of_slices((source / S.states * layout.channels + source % S.states) * layout.channels + target,
                             part);
        }
        if (number < input)
            return of_slices(
                layout.at_input + (number - state) / S.states * layout.channels + (number - state) % S.states, part);
        if (number < output) return of_patches(number - input, part);
        if (number < bias)
            return of_slices(layout.at_input + layout.bias_row * layout.channels + number - output, part);
        if (number < rate) return of_slices(layout.at_rate + number - bias, part);
        float sum = 0;
        const share images(job_.images, part);
        for (int i = images.begin; i < images.end; ++i) sum += job_.feature_adjoint[i * S.outputs + number - rate];
        return sum;
    }
    CORTEXPR_INLINED float of_slices(int entry, int part) const {
        const share slices(job_.slices_count, part);
        const float* from = job_.slices + entry;
        float sum = 0;
        for (int i = slices.begin; i < slices.end; ++i) sum += from[static_cast<std::ptrdiff_t>(i) * layout.slice_size];
        return sum;
    }
    /// The gradient of output weight (tap, source, channel).
    CORTEXPR_INLINED float of_patches(int weight, int part) const {
        const int channel = weight % S.outputs, source = weight / S.outputs % S.states,
                  tap = weight / S.outputs / S.states;
        if (!has(S.output_sources, source / 16)) return 0;
        const int nth = (channel * layout.taps + tap) * layout.sources + rank_of(S.output_sources, source / 16);
        const auto* seen = reinterpret_cast<const bfloat16*>(job_.patches) + std::ptrdiff_t{nth} * 16 + source % 16;
        const share images(job_.images, part);
        float sum = 0;
        for (int i = images.begin; i < images.end; ++i)
            sum = fused(job_.feature_adjoint[i * S.outputs + channel],
                        widened(seen[static_cast<std::ptrdiff_t>(i) * layout.patch_words * 8]), sum);
        return sum;
    }

    const sum_job& job_;
};

}  // namespace cortexpr::kernels::cuda::sized
