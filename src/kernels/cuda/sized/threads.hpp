#pragma once
// The machine that the sized kernels are written for: a GPU's, or its stand-in on the CPU.

#include <cstdint>

namespace cortexpr::kernels::cuda::sized {

struct alignas(8) words2 {
    std::uint32_t x, y;
};
struct alignas(16) words4 {
    std::uint32_t x, y, z, w;
};

}  // namespace cortexpr::kernels::cuda::sized

// All of a kernel is one function: an array that a call is given would lie in memory.
#if defined(__CUDACC__)
#define CORTEXPR_INLINED __device__ __forceinline__
#else
#define CORTEXPR_INLINED inline
#endif

#if defined(__CUDACC__)
#include "device_threads.hpp"
#else
#include "emulated_threads.hpp"
#endif
