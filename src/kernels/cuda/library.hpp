#pragma once
// What every user of the CUDA library asks first. The library is loaded at run time, so it may be another build's.

#include <cstddef>

namespace cortexpr::kernels::cuda {

/// Grows whenever a job's fields or a function's meaning change.
inline constexpr int interface_version = 3;

}  // namespace cortexpr::kernels::cuda

extern "C" {
/// interface_version of the library: another one's jobs would be misread.
[[gnu::visibility("default")]] int cortexpr_cuda_interface_version();
/// CUDA's words for what a function returned.
[[gnu::visibility("default")]] const char* cortexpr_cuda_error_text(int error);
/// Shared memory that a thread block can have on a device, in bytes: what the on-chip backend needs is in
/// schedule/on_chip/fit.hpp.
[[gnu::visibility("default")]] int cortexpr_cuda_shared_bytes(int device, std::size_t* bytes);
}
