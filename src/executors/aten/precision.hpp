#pragma once
// Sets which precision LibTorch's float32 convolutions and matrix products have, and whether they give the same bits
// each time, for the time of a scope.

#include <cortexpr/run/options.hpp>

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace cortexpr::executors {

/// The process's switches: one for each backend and operation.
class float32_switches {
  public:
    explicit float32_switches(precision wanted) {
        using enum at::Float32Precision;
        for (auto& one : switches_) {
            const bool is_tf32 = wanted == precision::tf32 && one.operation == at::Float32Op::CONV && one.is_cuda();
            const auto needed = is_tf32 ? TF32 : IEEE;
            one.before = at::globalContext().float32Precision(one.backend, one.operation);
            // On a CPU none is float32, too.
            one.is_changed = one.before != needed && (one.before != NONE || one.is_cuda());
            if (one.is_changed) one.set(needed);
        }
    }
    float32_switches(const float32_switches&) = delete;
    float32_switches& operator=(const float32_switches&) = delete;
    ~float32_switches() {
        for (const auto& one : switches_)
            if (one.is_changed) one.set(one.before);
    }

    static bool lower_products(at::DeviceType device) {
        return is_lowered(device == at::kCUDA ? at::Float32Backend::CUDA : at::Float32Backend::MKLDNN,
                          at::Float32Op::MATMUL);
    }
    static bool lower_convolutions_on_cpu() { return is_lowered(at::Float32Backend::MKLDNN, at::Float32Op::CONV); }

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

    static bool is_lowered(at::Float32Backend backend, at::Float32Op operation) {
        const auto now = at::globalContext().float32Precision(backend, operation);
        return now != at::Float32Precision::NONE && now != at::Float32Precision::IEEE;
    }

    std::array<process_switch, 4> switches_{{{at::Float32Backend::CUDA, at::Float32Op::CONV},
                                             {at::Float32Backend::CUDA, at::Float32Op::MATMUL},
                                             {at::Float32Backend::MKLDNN, at::Float32Op::CONV},
                                             {at::Float32Backend::MKLDNN, at::Float32Op::MATMUL}}};
};

/// Some of cuDNN's algorithms, weight gradients among them, add up in whatever order threads come; inside of a scope it
/// takes those that don't, so that a seed gives the same bits on a GPU, too. CORTEXPR_CUDNN=any in the environment lets
/// it choose freely.
class same_bits {
  public:
    same_bits() {
        const char* wish = std::getenv("CORTEXPR_CUDNN");
        if (wish == nullptr || std::string_view(wish) != "any") at::globalContext().setDeterministicCuDNN(true);
    }
    same_bits(const same_bits&) = delete;
    same_bits& operator=(const same_bits&) = delete;
    ~same_bits() { at::globalContext().setDeterministicCuDNN(before_); }

  private:
    const bool before_ = at::globalContext().deterministicCuDNN();
};

/// LibTorch's default is TF32 convolutions on GPUs that have it, and a program may allow TF32 or bfloat16 anywhere
/// (`setFloat32MatmulPrecision`, autocast). Here float32 means float32. The switches are the process's.
class float32_precision {
  public:
    explicit float32_precision(precision wanted) : switches_(wanted) {}

    /// Whether float32 products, or convolutions, of a device aren't float32 as the process is set.
    static bool lowers_products(at::DeviceType device) {
        return at::autocast::is_autocast_enabled(device) || float32_switches::lower_products(device);
    }
    static bool lowers_convolutions_on_cpu() {
        return at::autocast::is_autocast_enabled(at::kCPU) || float32_switches::lower_convolutions_on_cpu();
    }

  private:
    c10::impl::ExcludeDispatchKeyGuard no_autocast_{c10::autocast_dispatch_keyset};
    float32_switches switches_;
    same_bits same_bits_;
};

}  // namespace cortexpr::executors
