// The head and its loss: launches.

#include "device_block.hpp"
#include "head_kernels.hpp"

namespace cortexpr::kernels::cuda {
namespace {

// A thread for two of four rows of a weight tile's 128 units; the loss takes the largest block. Not tuned.
constexpr int threads = 256, loss_threads = 1024;

__global__ __launch_bounds__(threads, 1) void forward_kernel(const __grid_constant__ head_job job) {
    device_block block;
    head_rows_forward<device_block>(block, job).run();
}
__global__ __launch_bounds__(threads, 1) void adjoint_kernel(const __grid_constant__ head_adjoint_job job) {
    device_block block;
    head_rows_adjoint<device_block>(block, job).run();
}
__global__ __launch_bounds__(threads, 1) void gradient_kernel(const __grid_constant__ head_adjoint_job job,
                                                              int first_layer_blocks) {
    device_block block;
    head_gradients(block, job, first_layer_blocks);
}
__global__ __launch_bounds__(loss_threads, 1) void loss_kernel(const __grid_constant__ loss_job job) {
    device_block block;
    loss_of_rows<device_block>(block, job).run();
}
__global__ void add_kernel(const __grid_constant__ loss_job job, int blocks) {
    device_block block;
    add_losses(block, job, blocks);
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_head(const head_job* job, void* stream) {
    forward_kernel<<<head_blocks(job->sizes.rows), threads, head_shared_bytes(job->sizes),
                     static_cast<cudaStream_t>(stream)>>>(*job);
    return cudaGetLastError();
}

int cortexpr_cuda_head_adjoint(const head_adjoint_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    adjoint_kernel<<<head_blocks(job->sizes.rows), threads, head_adjoint_shared_bytes(job->sizes), on>>>(*job);
    const int first = gradient_blocks(first_layer(*job)), second = gradient_blocks(second_layer(*job));
    gradient_kernel<<<first + second, threads, head_gradient_shared_bytes(), on>>>(*job, first);
    return cudaGetLastError();
}

int cortexpr_cuda_loss(const loss_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    const int blocks = loss_blocks(job->rows);
    loss_kernel<<<blocks, loss_threads, loss_shared_bytes(loss_threads), on>>>(*job);
    if (blocks > 1) add_kernel<<<1, 32, 0, on>>>(*job, blocks);
    return cudaGetLastError();
}
