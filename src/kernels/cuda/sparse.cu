// The kernels for connectomes and their launches.

#include "device_block.hpp"
#include "sparse_kernels.hpp"

namespace cortexpr::kernels::cuda {
namespace {

// Eight warps, of which eight blocks fill a multiprocessor. Not tuned.
constexpr int threads = 256;

template <int Width>
__global__ __launch_bounds__(threads) void step_kernel(const __grid_constant__ cell_step_job job,
                                                       const __grid_constant__ lane_shares share) {
    device_block block;
    step_cells<Width>(block, job, share);
}
template <int Width, bool NeedsGrad>
__global__ __launch_bounds__(threads) void adjoint_kernel(const __grid_constant__ cell_adjoint_job job,
                                                          const __grid_constant__ lane_shares share) {
    device_block block;
    step_cells_adjoint<Width, NeedsGrad>(block, job, share);
}
template <int Width, bool NeedsGrad>
__global__ __launch_bounds__(threads) void product_kernel(const __grid_constant__ line_product_job job,
                                                          const __grid_constant__ lane_shares share) {
    device_block block;
    multiply_lines<Width, NeedsGrad>(block, job, share);
}
__global__ void reorder_kernel(const __grid_constant__ reorder_job job) {
    device_block block;
    reorder(block, job);
}
__global__ void segments_kernel(int segments, const std::int32_t* starts, const std::int32_t* order, const float* from,
                                float* to) {
    device_block block;
    add_segments(block, segments, starts, order, from, to);
}

/// Blocks for `count` things, of which a block takes `each` at a time; at most eight waves of an H100's 132 x 8 blocks.
/// Not tuned.
unsigned blocks_for(std::ptrdiff_t count, int each) {
    constexpr std::ptrdiff_t most = 8192;
    const auto blocks = (count + each - 1) / each;
    return static_cast<unsigned>(blocks < most ? blocks : most);
}

/// The grid of a launch over lines.
struct line_grid {
    lane_shares share;
    unsigned blocks;
    std::size_t shared;
    cudaStream_t on;
};

/// launch(width, grid) with the number of samples that a lane reads at once; nothing where there is nothing to do.
template <class Launch>
cudaError_t over_lines(int batch, const synapse_order& order, void* stream, Launch launch) {
    const auto share = shares_of(batch, order);
    const auto blocks = static_cast<unsigned>(line_blocks(order, share, threads));
    if (blocks == 0 || batch == 0) return cudaSuccess;
    const line_grid grid{share, blocks, line_shared_bytes(batch, share, threads), static_cast<cudaStream_t>(stream)};
    if (samples_of_lane(batch) == 1) {
        launch(std::integral_constant<int, 1>{}, grid);
    } else {
        launch(std::integral_constant<int, widest_samples>{}, grid);
    }
    return cudaGetLastError();
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_cell_step(const cell_step_job* job, void* stream) {
    return over_lines(job->batch, job->rows, stream, [&](auto width, const line_grid& grid) {
        step_kernel<decltype(width)::value><<<grid.blocks, threads, grid.shared, grid.on>>>(*job, grid.share);
    });
}

int cortexpr_cuda_cell_adjoint(const cell_adjoint_job* job, void* stream) {
    return over_lines(job->batch, job->columns, stream, [&](auto width, const line_grid& grid) {
        constexpr int samples = decltype(width)::value;
        auto* kernel = weights_need_grad(*job) ? adjoint_kernel<samples, true> : adjoint_kernel<samples, false>;
        kernel<<<grid.blocks, threads, grid.shared, grid.on>>>(*job, grid.share);
    });
}

int cortexpr_cuda_line_product(const line_product_job* job, void* stream) {
    return over_lines(job->batch, job->order, stream, [&](auto width, const line_grid& grid) {
        constexpr int samples = decltype(width)::value;
        auto* kernel = weights_need_grad(*job) ? product_kernel<samples, true> : product_kernel<samples, false>;
        kernel<<<grid.blocks, threads, grid.shared, grid.on>>>(*job, grid.share);
    });
}

int cortexpr_cuda_reorder(const reorder_job* job, void* stream) {
    if (job->size == 0) return cudaSuccess;
    reorder_kernel<<<blocks_for(job->size, threads), threads, 0, static_cast<cudaStream_t>(stream)>>>(*job);
    return cudaGetLastError();
}

int cortexpr_cuda_group_sums(const group_sums_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    constexpr int warps = threads / 32;
    if (job->chunks > 0)
        segments_kernel<<<blocks_for(job->chunks, warps), threads, 0, on>>>(job->chunks, job->chunk_starts, job->order,
                                                                            job->from, job->partial);
    if (job->groups > 0)
        segments_kernel<<<blocks_for(job->groups, warps), threads, 0, on>>>(job->groups, job->group_starts, nullptr,
                                                                            job->partial, job->to);
    return cudaGetLastError();
}
