#pragma once
// Of which precision LibTorch's float32 convolutions and matrix products are, for the time of a scope.

#include <cortexpr/run/options.hpp>

#include <ATen/Context.h>

#include <array>

namespace cortexpr::executors {

/// LibTorch's default is TF32 convolutions on GPUs that have it, and a program may allow TF32 or bfloat16 anywhere
/// (`setFloat32MatmulPrecision`). Here float32 means float32. The switches are the process's.
class float32_precision {
  public:
    explicit float32_precision(precision wanted) {
        using enum at::Float32Precision;
        for (auto& one : switches_) {
            const bool is_tf32 = wanted == precision::tf32 && one.operation == at::Float32Op::CONV && one.is_cuda();
            const auto needed = is_tf32 ? TF32 : IEEE;
            one.before = at::globalContext().float32Precision(one.backend, one.operation);
            one.is_changed = one.before != needed && !(one.before == NONE && !is_tf32 && !one.is_cuda());
            if (one.is_changed) one.set(needed);
        }
    }
    float32_precision(const float32_precision&) = delete;
    float32_precision& operator=(const float32_precision&) = delete;
    ~float32_precision() {
        for (const auto& one : switches_)
            if (one.is_changed) one.set(one.before);
    }

    /// Whether the process's switches are such that float32 operations of a CPU aren't float32.
    static bool is_lowered_on_cpu() {
        for (const auto operation : {at::Float32Op::CONV, at::Float32Op::MATMUL}) {
            const auto now = at::globalContext().float32Precision(at::Float32Backend::MKLDNN, operation);
            if (now != at::Float32Precision::NONE && now != at::Float32Precision::IEEE) return true;
        }
        return false;
    }

  private:
    struct process_switch {
        at::Float32Backend backend;
        at::Float32Op operation;
        at::Float32Precision before = at::Float32Precision::NONE;
        bool is_changed = false;

        bool is_cuda() const { return backend == at::Float32Backend::CUDA; }
        void set(at::Float32Precision precision) const {
            at::globalContext().setFloat32Precision(backend, operation, precision);
        }
    };

    std::array<process_switch, 4> switches_{{{at::Float32Backend::CUDA, at::Float32Op::CONV},
                                             {at::Float32Backend::CUDA, at::Float32Op::MATMUL},
                                             {at::Float32Backend::MKLDNN, at::Float32Op::CONV},
                                             {at::Float32Backend::MKLDNN, at::Float32Op::MATMUL}}};
};

}  // namespace cortexpr::executors
