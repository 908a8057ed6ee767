#pragma once
// A network's parameters as the one list of numbers that the on-chip kernels read, and gradients of these numbers as
// those of the parameters: the interface.

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

/// A parameter whose elements go into the list.
struct merged_parameter {
    const float* values = nullptr;
    float sign = 1;  ///< 0: a time constant, which goes in as 1 / itself
    int first = 0;   ///< number of its first element among those of all parameters
};

/// As many as a kernel's arguments hold.
struct merged_parameters {
    static constexpr int most = 224;
    merged_parameter all[most];
    int count = 0, elements = 0;
};

/// numbers = sums of sign x element, or 1 / a time constant.
struct merge_job {
    merged_parameters from{};
    int size = 0, terms = 0;
    const std::int32_t* elements = nullptr;  ///< (terms, size): numbers of elements; -1 where a sum has fewer
    float* numbers = nullptr;
};

/// Its adjoint: gradients of all elements, one parameter after the other.
struct split_job {
    merged_parameters from{};
    int most_numbers = 0;
    const std::int32_t* numbers = nullptr;  ///< (most_numbers, elements): where an element goes; -1 where to fewer
    const float* gradient = nullptr;        ///< of the numbers
    float* gradients = nullptr;             ///< of the elements
};

}  // namespace cortexpr::kernels::cuda

extern "C" {
[[gnu::visibility("default")]] int cortexpr_cuda_merge(const cortexpr::kernels::cuda::merge_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_split(const cortexpr::kernels::cuda::split_job* job, void* stream);
}
