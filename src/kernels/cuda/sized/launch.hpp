#pragma once
// Sized kernels as the library launches them: those that are built in, and those that are made at run time.

#include "fit.hpp"
#include "job.hpp"

#include <cuda_runtime_api.h>

#include <string>

namespace cortexpr::kernels::cuda::sized {

/// The kernels of one shape, as cudaLaunchKernel takes them.
struct kernel_set {
    shape of{};
    int device = -1;  ///< -1: any
    const void *pack = nullptr, *forward = nullptr, *backward = nullptr, *sum = nullptr;
};

/// Sets that are built in; null where there is none for a shape.
const kernel_set* built_in(const shape& of);

/// Compiles the kernels of a shape for a device, or loads what was compiled before. Empty pointers where that can't be
/// done; `why` then says what is missing.
kernel_set compiled(const shape& of, int device, std::string& why);

/// Machine code of a shape's kernels for a compute capability (90: Hopper), compiled or read from the cache; needs no
/// GPU. Empty where it can't be had.
std::string code_for(const shape& of, int capability, std::string& why);

}  // namespace cortexpr::kernels::cuda::sized
