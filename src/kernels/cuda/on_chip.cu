// The on-chip backend's kernels and their launches.

#include "device_block.hpp"
#include "on_chip_backward.hpp"
#include "on_chip_forward.hpp"
#include "sized/launch.hpp"
#include "sized/passes.hpp"

#include <deque>
#include <mutex>
#include <string>

namespace cortexpr::kernels::cuda {
namespace {

__global__ __launch_bounds__(on_chip_layout::threads,
                             1) void forward_kernel(const __grid_constant__ on_chip_forward_job job,
                                                    const __grid_constant__ on_chip_layout layout) {
    device_block block;
    on_chip_forward<device_block>(block, job, layout).run();
}

__global__ __launch_bounds__(on_chip_layout::threads,
                             1) void backward_kernel(const __grid_constant__ on_chip_backward_job job,
                                                     const __grid_constant__ on_chip_layout layout) {
    device_block block;
    on_chip_backward<device_block>(block, job, layout).run();
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

// ---- sized kernels

/// What cortexpr_cuda_on_chip_choose has handed out, by number. Sets stay where they are.
struct known_sets {
    std::mutex guard;
    std::deque<sized::kernel_set> all;
    struct refusal {
        sized::shape of;
        int device;
        std::string why;
    };
    std::deque<refusal> refused;  ///< so that nothing is tried again at every call
};
known_sets& known() {
    static auto& sets = *new known_sets;  // never destroyed: its kernels may be running
    return sets;
}

/// The number of a set for a shape; on_chip_choice::any_size where it can't be had.
int set_for(const sized::shape& of, int device, std::string& why) {
    auto& sets = known();
    const std::lock_guard hold(sets.guard);
    for (std::size_t i = 0; i < sets.all.size(); ++i)
        if (sets.all[i].of == of && (sets.all[i].device < 0 || sets.all[i].device == device))
            return static_cast<int>(i);
    for (const auto& one : sets.refused)
        if (one.of == of && one.device == device) {
            why = one.why;
            return on_chip_choice::any_size;
        }
    const auto* ready = sized::built_in(of);
    const auto found = ready != nullptr ? *ready : sized::compiled(of, device, why);
    if (found.forward == nullptr) {
        sets.refused.push_back({of, device, why});
        return on_chip_choice::any_size;
    }
    sets.all.push_back(found);
    return static_cast<int>(sets.all.size()) - 1;
}

const sized::kernel_set& set_of(const on_chip_choice& choice) {
    auto& sets = known();
    const std::lock_guard hold(sets.guard);
    return sets.all[static_cast<std::size_t>(choice.kernels)];
}

template <class Job>
cudaError_t start(const void* kernel, int blocks, int threads, int shared_bytes, const Job& job, void* stream) {
    if (const auto refused = allow(kernel, static_cast<std::size_t>(shared_bytes)); refused != cudaSuccess)
        return refused;
    void* arguments[]{const_cast<Job*>(&job)};
    return cudaLaunchKernel(kernel, static_cast<unsigned>(blocks), static_cast<unsigned>(threads), arguments,
                            static_cast<std::size_t>(shared_bytes), static_cast<cudaStream_t>(stream));
}

int sized_forward(const on_chip_forward_job& job, void* stream) {
    const auto layout = sized::layout_of(job.choice.shape);
    const auto& kernels = set_of(job.choice);
    constexpr int weights_of_thread = 4;  // not tuned
    const int packing_blocks = layout.packed_bytes / 2 / sized::packing_threads / weights_of_thread + 1;
    if (const auto failed =
            start(kernels.pack, packing_blocks, sized::packing_threads, 0, sized::packing_of(job), stream);
        failed != cudaSuccess)
        return failed;
    return start(kernels.forward, job.images, layout.forward_threads, layout.forward_bytes, sized::pass_of(job),
                 stream);
}

int sized_backward(const on_chip_backward_job& job, void* stream) {
    const auto layout = sized::layout_of(job.choice.shape);
    const auto& kernels = set_of(job.choice);
    const int blocks = on_chip_slices(job.choice, job.sizes, job.images);
    if (const auto failed = start(kernels.backward, blocks, layout.backward_threads, layout.backward_bytes,
                                  sized::pass_of(job), stream);
        failed != cudaSuccess)
        return failed;
    const auto numbers = static_cast<int>(on_chip_gradient_floats(job.sizes));
    return start(kernels.sum, (numbers + 31) / 32, sized::sum_threads, sized::sum_threads * 4, sized::sums_of(job),
                 stream);
}

}  // namespace
}  // namespace cortexpr::kernels::cuda

using namespace cortexpr;
using namespace cortexpr::kernels::cuda;

int cortexpr_cuda_on_chip_choose(const kernels::on_chip_sizes* sizes, const std::uint8_t* names, int device,
                                 on_chip_choice* choice) {
    *choice = {};
    int major = 0, most_bytes = 0;
    if (const auto failed = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
        failed != cudaSuccess)
        return failed;
    if (const auto failed = cudaDeviceGetAttribute(&most_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
        failed != cudaSuccess)
        return failed;
    const auto found = sized::fit_of(*sizes, names);
    const auto layout = sized::layout_of(found.of);
    const int bytes = sized::larger(layout.forward_bytes, layout.backward_bytes);
    constexpr int hopper = 9;
    std::string why;
    if (major < hopper) {
        why = "they need a GPU of compute capability 9.0 or above";
    } else if (!found.fits()) {
        sized::explain(found, choice->reason, sizeof choice->reason);
    } else if (bytes > most_bytes) {
        why = std::to_string(bytes) + " bytes of shared memory are more than the " + std::to_string(most_bytes) +
              " of this GPU's thread blocks";
    } else {
        choice->shape = found.of;
        choice->kernels = set_for(found.of, device, why);
    }
    if (!why.empty()) std::snprintf(choice->reason, sizeof choice->reason, "%s", why.c_str());
    return cudaSuccess;
}

std::size_t cortexpr_cuda_on_chip_compile(const kernels::on_chip_sizes* sizes, const std::uint8_t* names,
                                          int capability, on_chip_choice* choice) {
    *choice = {};
    const auto found = sized::fit_of(*sizes, names);
    sized::explain(found, choice->reason, sizeof choice->reason);
    if (!found.fits()) return 0;
    choice->shape = found.of;
    std::string why;
    const auto code = sized::code_for(found.of, capability, why);
    if (code.empty()) std::snprintf(choice->reason, sizeof choice->reason, "%s", why.c_str());
    return code.size();
}

int cortexpr_cuda_on_chip_forward(const on_chip_forward_job* job, void* stream) {
    if (job->images == 0) return cudaSuccess;
    if (job->choice.kernels != on_chip_choice::any_size) return sized_forward(*job, stream);
    const auto layout = layout_of(job->sizes);
    if (const auto refused = allow(forward_kernel, layout.forward_bytes); refused != cudaSuccess) return refused;
    forward_kernel<<<on_chip_blocks(job->images), layout.threads, layout.forward_bytes,
                     static_cast<cudaStream_t>(stream)>>>(*job, layout);
    return cudaGetLastError();
}

int cortexpr_cuda_on_chip_backward(const on_chip_backward_job* job, void* stream) {
    if (job->choice.kernels != on_chip_choice::any_size && job->images > 0) return sized_backward(*job, stream);
    const auto layout = layout_of(job->sizes);
    const auto on = static_cast<cudaStream_t>(stream);
    const auto size = static_cast<std::ptrdiff_t>(on_chip_gradient_floats(job->sizes));
    if (const auto refused = allow(backward_kernel, layout.backward_bytes); refused != cudaSuccess) return refused;
    const int blocks = on_chip_blocks(job->images);
    if (blocks > 0) backward_kernel<<<blocks, layout.threads, layout.backward_bytes, on>>>(*job, layout);
    if (const auto failed = cudaGetLastError(); failed != cudaSuccess) return failed;
    constexpr int adding_threads = 256;  // an element each; not tuned
    add_kernel<<<static_cast<unsigned>((size + adding_threads - 1) / adding_threads), adding_threads, 0, on>>>(
        job->partial, blocks * layout.splits, size, job->gradient);
    return cudaGetLastError();
}
