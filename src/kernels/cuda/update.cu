// An optimiser's step: its launches.

#include "device_block.hpp"
#include "update_kernels.hpp"

namespace cortexpr::kernels::cuda {
namespace {

// Eight warps. Not tuned.
constexpr int threads = 256;
static_assert(threads == update_range);

__global__ __launch_bounds__(threads, 1) void square_kernel(const __grid_constant__ update_table table) {
    device_block block;
    sum_squares(block, table);
}
__global__ __launch_bounds__(threads, 1) void prepare_kernel(const __grid_constant__ update_table table) {
    device_block block;
    prepare_update(block, table);
}
__global__ __launch_bounds__(threads, 1) void element_kernel(const __grid_constant__ update_table table) {
    device_block block;
    update_elements(block, table);
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_update(const update_job* job, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    constexpr auto shared = update_shared_bytes(threads);
    const auto for_each_table = [&](auto launch) {
        for (int first = 0; first < job->segment_count; first += update_table::most) {
            const auto table = table_of(*job, first);
            launch(table, static_cast<unsigned>(table.blocks()));
        }
    };
    if (job->clip_norm > 0)
        for_each_table([&](const update_table& table, unsigned blocks) {
            if (blocks > 0) square_kernel<<<blocks, threads, shared, on>>>(table);
        });
    for_each_table([&](const update_table& table, unsigned) { prepare_kernel<<<1, threads, shared, on>>>(table); });
    for_each_table([&](const update_table& table, unsigned blocks) {
        if (blocks > 0) element_kernel<<<blocks, threads, 0, on>>>(table);
    });
    return cudaGetLastError();
}
