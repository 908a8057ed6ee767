#pragma once
// Of which precision cuDNN's float32 convolutions are, for the time of a scope.

#include <cortexpr/run/options.hpp>

#include <ATen/Context.h>

namespace cortexpr::executors {

/// LibTorch's default is TF32 on GPUs that have it; here float32 means float32. The switch is the process's, and on a
/// CPU without effect.
class convolution_precision {
  public:
    explicit convolution_precision(precision wanted)
        : before_(at::globalContext().float32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV)) {
        set(wanted == precision::tf32 ? at::Float32Precision::TF32 : at::Float32Precision::IEEE);
    }
    convolution_precision(const convolution_precision&) = delete;
    convolution_precision& operator=(const convolution_precision&) = delete;
    ~convolution_precision() { set(before_); }

  private:
    static void set(at::Float32Precision precision) {
        at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, precision);
    }

    at::Float32Precision before_;
};

}  // namespace cortexpr::executors
