#pragma once
// Sets which precision LibTorch's float32 convolutions and matrix products have, and whether they give the same bits
// each time, for the time of a scope.

#include <cortexpr/run/options.hpp>

#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace cortexpr::executors {

/// LibTorch's default is TF32 convolutions on GPUs that have it, and a program may allow TF32 or bfloat16 anywhere
/// (`setFloat32MatmulPrecision`, autocast). Here float32 means float32. LibTorch's switches are the process's: while
/// scopes of several threads overlap, the most exact one holds for all, and the last to end gives back what was set
/// before the first.
///
/// Some of cuDNN's algorithms, weight gradients among them, add up in whatever order threads come; inside of a scope it
/// takes those that don't, so that a seed gives the same bits on a GPU, too. CORTEXPR_CUDNN=any in the environment lets
/// it choose freely.
class float32_precision {
  public:
    explicit float32_precision(precision wanted);
    float32_precision(const float32_precision&) = delete;
    float32_precision& operator=(const float32_precision&) = delete;
    ~float32_precision();

    /// Whether float32 products, or convolutions, of a device aren't float32 as the process is set outside of scopes.
    static bool lowers_products(at::DeviceType device);
    static bool lowers_convolutions_on_cpu();

  private:
    c10::impl::ExcludeDispatchKeyGuard no_autocast_{c10::autocast_dispatch_keyset};
    const bool is_exact_;
    const bool is_same_bits_;
};

}  // namespace cortexpr::executors
