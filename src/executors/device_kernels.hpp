#pragma once
// The CUDA kernels as functions on tensors' memory: those of libcortexpr_cuda.so, where it is found. Tests put the
// same kernels, run thread by thread on the CPU, in their place.

#include "../kernels/cuda/head.hpp"
#include "../kernels/cuda/library.hpp"
#include "../kernels/cuda/merging.hpp"
#include "../kernels/cuda/on_chip.hpp"
#include "../kernels/cuda/pointwise.hpp"
#include "../kernels/cuda/sparse.hpp"
#include "../kernels/cuda/update.hpp"

#include <ATen/core/Tensor.h>
#include <c10/core/DeviceGuard.h>

#include <span>

namespace cortexpr::executors {

struct device_kernels {
    decltype(&cortexpr_cuda_step) step = nullptr;
    decltype(&cortexpr_cuda_step_adjoint) step_adjoint = nullptr;
    decltype(&cortexpr_cuda_maxima) maxima = nullptr;
    decltype(&cortexpr_cuda_maxima_adjoint) maxima_adjoint = nullptr;
    decltype(&cortexpr_cuda_on_chip_choose) on_chip_choose = nullptr;
    decltype(&cortexpr_cuda_on_chip_forward) on_chip_forward = nullptr;
    decltype(&cortexpr_cuda_on_chip_backward) on_chip_backward = nullptr;
    decltype(&cortexpr_cuda_cell_step) cell_step = nullptr;
    decltype(&cortexpr_cuda_cell_adjoint) cell_adjoint = nullptr;
    decltype(&cortexpr_cuda_line_product) line_product = nullptr;
    decltype(&cortexpr_cuda_reorder) reorder = nullptr;
    decltype(&cortexpr_cuda_group_sums) group_sums = nullptr;
    decltype(&cortexpr_cuda_merge) merge = nullptr;
    decltype(&cortexpr_cuda_split) split = nullptr;
    decltype(&cortexpr_cuda_head) head = nullptr;
    decltype(&cortexpr_cuda_head_adjoint) head_adjoint = nullptr;
    decltype(&cortexpr_cuda_loss) loss = nullptr;
    decltype(&cortexpr_cuda_update) update = nullptr;
    decltype(&cortexpr_cuda_shared_bytes) shared_bytes = nullptr;
    decltype(&cortexpr_cuda_error_text) error_text = nullptr;
};

/// What may be used on a GPU besides LibTorch: CORTEXPR_CUDA is libtorch (nothing), fused, any_size (on chip, too, but
/// by no kernels that are made for a network's sizes), or on_chip (everything, and so if it isn't set).
enum class kernel_backend : std::uint8_t { libtorch, fused, any_size, on_chip };

/// Throws usage_error if CORTEXPR_CUDA is none of these.
kernel_backend allowed_backend();

/// The kernels for tensors of a device; null where there are none, or where the backend is not allowed.
/// Throws usage_error where the library is another version's.
const device_kernels* kernels_on(at::Device device, kernel_backend backend = kernel_backend::fused);

/// For tests: what kernels_on(at::kCPU) gives from now on.
void put_on_cpu(const device_kernels* kernels);

/// Shared memory that a thread block can have on a device, in bytes.
std::size_t shared_bytes_of(const device_kernels& kernels, at::Device device);

/// The kernels that a forward pass ran by, for its backward pass. Throws error where they aren't there any more.
const device_kernels& kernels_again(at::Device device);

/// The same numbers, contiguous, and from where kernels may read in vectors or copy in bulk.
at::Tensor for_vectors(const at::Tensor& values);

/// Bytes as a tensor (uint8) on a device. Equal ones are made once, and last: a CUDA graph may go on reading them.
at::Tensor lasting_bytes(std::span<const std::uint8_t> bytes, at::Device device);

namespace detail {
/// As CUDA counts devices.
int index_of(at::Device device);
void* current_stream(at::Device device);
void require_success(const device_kernels& kernels, int status);
}  // namespace detail

/// Runs a kernel on the device's current stream. Throws error with CUDA's words where it can't be started.
template <class Job>
void launch(const device_kernels& kernels, int (*kernel)(const Job*, void*), const Job& job, at::Device device) {
    const c10::OptionalDeviceGuard guard(device);
    detail::require_success(kernels, kernel(&job, detail::current_stream(device)));
}

}  // namespace cortexpr::executors
