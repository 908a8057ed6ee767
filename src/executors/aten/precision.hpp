#pragma once
// Of which precision cuDNN's float32 convolutions are, for the time of a scope.

#include <cortexpr/run/options.hpp>

#include <ATen/Context.h>
#include <torch/version.h>

namespace cortexpr::executors {

/// LibTorch's default is TF32 on GPUs that have it; here float32 means float32. The switch is the process's, and on a
/// CPU without effect.
class convolution_precision {
  public:
#if TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 9
    // Before 2.9 there is one flag.
    explicit convolution_precision(precision wanted) : before_(at::globalContext().allowTF32CuDNN()) {
        set(wanted == precision::tf32);
    }
#else
    explicit convolution_precision(precision wanted)
        : before_(at::globalContext().float32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV)) {
        set(wanted == precision::tf32 ? at::Float32Precision::TF32 : at::Float32Precision::IEEE);
    }
#endif
    convolution_precision(const convolution_precision&) = delete;
    convolution_precision& operator=(const convolution_precision&) = delete;
    ~convolution_precision() { set(before_); }

  private:
#if TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 9
    static void set(bool tf32) { at::globalContext().setAllowTF32CuDNN(tf32); }

    bool before_;
#else
    static void set(at::Float32Precision precision) {
        at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, precision);
    }

    at::Float32Precision before_;
#endif
};

}  // namespace cortexpr::executors
