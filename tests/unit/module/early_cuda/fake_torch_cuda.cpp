// Stands for LibTorch's CUDA half on a machine with one GPU, as far as LibTorch asks it before anything runs there.
#include <ATen/detail/CUDAHooksInterface.h>

namespace {

/// LibTorch looks it up by this name.
struct CUDAHooks : at::CUDAHooksInterface {
    explicit CUDAHooks(at::CUDAHooksArgs) {}
    bool hasCUDA() const override { return false; }  // nothing can be seeded there
    c10::DeviceIndex deviceCount() const override { return 1; }
};

using at::CUDAHooksRegistry;
using at::RegistererCUDAHooksRegistry;
REGISTER_CUDA_HOOKS(CUDAHooks);

}  // namespace
