// The on-chip backend's kernels and their launches.

#include "device_block.hpp"
#include "on_chip_backward.hpp"
#include "on_chip_forward.hpp"

namespace cortexpr::kernels::cuda {
namespace {

__global__ __launch_bounds__(on_chip_layout::threads,
                             1) void forward_kernel(const __grid_constant__ on_chip_forward_job job,
                                                    const __grid_constant__ on_chip_layout at) {
    device_block block;
    on_chip_forward<device_block>(block, job, at).run();
}

__global__ __launch_bounds__(on_chip_layout::threads,
                             1) void backward_kernel(const __grid_constant__ on_chip_backward_job job,
                                                     const __grid_constant__ on_chip_layout at) {
    device_block block;
    on_chip_backward<device_block>(block, job, at).run();
}

__global__ void add_kernel(const float* slices, int count, std::ptrdiff_t size, float* total) {
    device_block block;
    add_slices(block, slices, count, size, total);
}

/// Shared memory over 48 kB is given only to a kernel that asks for it.
template <class Kernel>
cudaError_t allow(Kernel* kernel, std::size_t shared_bytes) {
    return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes));
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr;
using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_on_chip_forward(const on_chip_forward_job* job, void* stream) {
    const auto at = layout_of(job->sizes);
    if (job->images == 0) return cudaSuccess;
    if (const auto refused = allow(forward_kernel, at.forward_bytes); refused != cudaSuccess) return refused;
    forward_kernel<<<on_chip_blocks(job->images), at.threads, at.forward_bytes, static_cast<cudaStream_t>(stream)>>>(
        *job, at);
    return cudaGetLastError();
}

int cortexpr_cuda_on_chip_backward(const on_chip_backward_job* job, void* stream) {
    const auto at = layout_of(job->sizes);
    const auto on = static_cast<cudaStream_t>(stream);
    const auto size = static_cast<std::ptrdiff_t>(on_chip_gradient_floats(job->sizes));
    if (const auto refused = allow(backward_kernel, at.backward_bytes); refused != cudaSuccess) return refused;
    const int blocks = on_chip_blocks(job->images);
    if (blocks > 0) backward_kernel<<<blocks, at.threads, at.backward_bytes, on>>>(*job, at);
    if (const auto failed = cudaGetLastError(); failed != cudaSuccess) return failed;
    constexpr int adding_threads = 256;
    add_kernel<<<static_cast<unsigned>((size + adding_threads - 1) / adding_threads), adding_threads, 0, on>>>(
        job->partial, blocks * at.splits, size, job->gradient);
    return cudaGetLastError();
}
