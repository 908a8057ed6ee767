#include "library.hpp"

int cortexpr_cuda_interface_version() { return cortexpr::kernels::cuda::interface_version; }

const char* cortexpr_cuda_error_text(int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }

int cortexpr_cuda_shared_bytes(int device, std::size_t* bytes) {
    int found = 0;
    const auto error = cudaDeviceGetAttribute(&found, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    *bytes = static_cast<std::size_t>(found);
    return error;
}
