// The fused backend's kernels and their launches.

#include "device_block.hpp"
#include "pointwise_kernels.hpp"

namespace cortexpr::kernels::cuda {
namespace {

// Eight warps, of which eight blocks fill a multiprocessor. Not tuned.
constexpr int threads = 256;

template <class Storage, int Width>
__global__ __launch_bounds__(threads) void step_kernel(const __grid_constant__ map_step_job job) {
    device_block block;
    step_map<Storage, Width>(block, job);
}
template <class Storage, int Width>
__global__ __launch_bounds__(threads) void step_adjoint_kernel(const __grid_constant__ map_step_adjoint_job job) {
    device_block block;
    step_map_adjoint<Storage, Width>(block, job);
}
template <class Storage>
__global__ void position_rate_kernel(const __grid_constant__ map_step_adjoint_job job) {
    device_block block;
    position_rate_adjoint<Storage>(block, job);
}
template <class Storage>
__global__ void maxima_kernel(const __grid_constant__ map_maxima_job job) {
    device_block block;
    find_map_maxima<Storage>(block, job);
}
template <class Storage>
__global__ void maxima_adjoint_kernel(const __grid_constant__ maxima_adjoint_job job, std::ptrdiff_t gradient_size) {
    device_block block;
    maxima_adjoint<Storage, device_block>(block, job, gradient_size).run();
}
__global__ void add_kernel(const float* slices, int count, std::ptrdiff_t size, float* total) {
    device_block block;
    add_slices(block, slices, count, size, total);
}

/// Blocks for a number of elements, each at least one for a thread; at most four waves of an H100's 132 x 8 blocks.
/// Not tuned.
unsigned blocks_for(std::ptrdiff_t elements) {
    constexpr std::ptrdiff_t most = 4096;
    const auto blocks = (elements + threads - 1) / threads;
    return static_cast<unsigned>(blocks < most ? blocks : most);
}

/// launch(storage of the maps) with the type.
template <class Launch>
cudaError_t with_storage(storage as, Launch launch) {
    if (as == storage::bfloat16) {
        launch(bfloat16{});
    } else {
        launch(float{});
    }
    return cudaGetLastError();
}

void add(const float* slices, int count, std::size_t size, float* total, cudaStream_t on) {
    const auto elements = static_cast<std::ptrdiff_t>(size);
    add_kernel<<<blocks_for(elements), threads, 0, on>>>(slices, count, elements, total);
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_step(const map_step_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    const int blocks = map_blocks(job->sizes);
    if (blocks == 0) return cudaSuccess;
    return with_storage(job->as, [&](auto as) {
        using storage_type = decltype(as);
        if (is_wide(*job)) {
            step_kernel<storage_type, widest><<<blocks, threads, 0, on>>>(*job);
        } else {
            step_kernel<storage_type, 1><<<blocks, threads, 0, on>>>(*job);
        }
    });
}

int cortexpr_cuda_step_adjoint(const map_step_adjoint_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    return with_storage(job->as, [&](auto as) {
        using storage_type = decltype(as);
        const auto& sizes = job->sizes;
        if (job->rate_by_position)
            position_rate_kernel<storage_type><<<blocks_for(sizes.grid() * sizes.channels), threads, 0, on>>>(*job);
        const int blocks = map_blocks(sizes);
        constexpr auto shared = step_adjoint_shared_bytes(threads);
        if (blocks > 0 && is_wide(*job))
            step_adjoint_kernel<storage_type, widest><<<blocks, threads, shared, on>>>(*job);
        if (blocks > 0 && !is_wide(*job)) step_adjoint_kernel<storage_type, 1><<<blocks, threads, shared, on>>>(*job);
        add(job->partial, blocks, 2 * static_cast<std::size_t>(sizes.channels), job->channel_gradient, on);
    });
}

int cortexpr_cuda_maxima(const map_maxima_job* job, void* stream) {
    if (job->sizes.images == 0) return cudaSuccess;
    return with_storage(job->as, [&](auto as) {
        maxima_kernel<decltype(as)><<<job->sizes.images * job->pool_height * job->pool_width, threads,
                                      maxima_shared_bytes(threads), static_cast<cudaStream_t>(stream)>>>(*job);
    });
}

int cortexpr_cuda_maxima_adjoint(const maxima_adjoint_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    return with_storage(job->as, [&](auto as) {
        const auto size = maxima_adjoint_gradient_floats(*job);
        const int blocks = maxima_adjoint_blocks(job->states.images);
        if (blocks > 0)
            maxima_adjoint_kernel<decltype(as)><<<blocks, threads, 0, on>>>(*job, static_cast<std::ptrdiff_t>(size));
        add(job->partial, blocks, size, job->gradient, on);
    });
}
