#pragma once
// Gathers in both directions; a thread has a number or an element.

#include "../pointwise_math.hpp"
#include "merging.hpp"

namespace cortexpr::kernels::cuda {

static_assert(sizeof(merge_job) <= 4096 && sizeof(split_job) <= 4096, "a kernel's arguments have 4 kB");

CORTEXPR_DEVICE inline const merged_parameter& parameter_of(const merged_parameters& from, int element) {
    int low = 0, high = from.count - 1;  // the last one that starts at the element or before
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (from.all[middle].first <= element) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return from.all[low];
}

template <class Block>
CORTEXPR_DEVICE void merge_numbers(Block& block, const merge_job& job) {
    block.for_each_thread([&](int thread) {
        for (int i = block.index() * block.threads() + thread; i < job.size; i += block.count() * block.threads()) {
            float sum = 0;
            for (int term = 0; term < job.terms; ++term) {
                const int element = job.elements[std::ptrdiff_t{term} * job.size + i];
                if (element < 0) continue;
                const auto& parameter = parameter_of(job.from, element);
                const float value = parameter.values[element - parameter.first];
                sum += parameter.sign == 0 ? 1 / value : parameter.sign * value;
            }
            job.numbers[i] = sum;
        }
    });
}

template <class Block>
CORTEXPR_DEVICE void split_gradient(Block& block, const split_job& job) {
    block.for_each_thread([&](int thread) {
        for (int i = block.index() * block.threads() + thread; i < job.from.elements;
             i += block.count() * block.threads()) {
            float sum = 0;
            for (int term = 0; term < job.most_numbers; ++term) {
                const int number = job.numbers[std::ptrdiff_t{term} * job.from.elements + i];
                if (number >= 0) sum += job.gradient[number];
            }
            const auto& parameter = parameter_of(job.from, i);
            if (parameter.sign == 0) {
                const float rate = 1 / parameter.values[i - parameter.first];
                job.gradients[i] = -(sum * (rate * rate));
            } else {
                job.gradients[i] = parameter.sign * sum;
            }
        }
    });
}

}  // namespace cortexpr::kernels::cuda
