// Merging and its adjoint: launches.

#include "device_block.hpp"
#include "merging_kernels.hpp"

namespace cortexpr::kernels::cuda {
namespace {

// Eight warps. Not tuned.
constexpr int threads = 256;

__global__ __launch_bounds__(threads, 1) void merge_kernel(const __grid_constant__ merge_job job) {
    device_block block;
    merge_numbers(block, job);
}
__global__ __launch_bounds__(threads, 1) void split_kernel(const __grid_constant__ split_job job) {
    device_block block;
    split_gradient(block, job);
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_merge(const merge_job* job, void* stream) {
    merge_kernel<<<(job->size + threads - 1) / threads, threads, 0, static_cast<cudaStream_t>(stream)>>>(*job);
    return cudaGetLastError();
}

int cortexpr_cuda_split(const split_job* job, void* stream) {
    split_kernel<<<(job->from.elements + threads - 1) / threads, threads, 0, static_cast<cudaStream_t>(stream)>>>(*job);
    return cudaGetLastError();
}
