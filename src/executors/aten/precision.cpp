#include "precision.hpp"

#include <ATen/Context.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <string_view>

namespace cortexpr::executors {

namespace {

struct float32_switch {
    at::Float32Backend backend;
    at::Float32Op operation;
    at::Float32Precision before = at::Float32Precision::NONE;

    bool is_cuda() const { return backend == at::Float32Backend::CUDA; }
    at::Float32Precision now() const { return at::globalContext().float32Precision(backend, operation); }
    void set(at::Float32Precision precision) const {
        if (now() != precision) at::globalContext().setFloat32Precision(backend, operation, precision);
    }
    /// None is what LibTorch has unless someone chose, which on a CPU is float32, too.
    at::Float32Precision needed(bool is_exact) const {
        if (is_cuda() && operation == at::Float32Op::CONV && !is_exact) return at::Float32Precision::TF32;
        return before == at::Float32Precision::NONE && !is_cuda() ? before : at::Float32Precision::IEEE;
    }
};

/// LibTorch's switches, and the scopes of all threads that are open.
class process_switches {
  public:
    void open(bool is_exact, bool is_same_bits) {
        const std::lock_guard hold(guard_);
        if (scopes_ == 0) {
            for (auto& one : float32_) one.before = one.now();
            same_bits_before_ = at::globalContext().deterministicCuDNN();
        }
        change(+1, is_exact, is_same_bits);
    }

    void close(bool is_exact, bool is_same_bits) {
        const std::lock_guard hold(guard_);
        change(-1, is_exact, is_same_bits);
    }

    /// Whether a precision chosen outside of scopes isn't float32's.
    bool is_lowered(at::Float32Backend backend, at::Float32Op operation) {
        const std::lock_guard hold(guard_);
        for (const auto& one : float32_) {
            if (one.backend != backend || one.operation != operation) continue;
            const auto outside = scopes_ == 0 ? one.now() : one.before;
            return outside != at::Float32Precision::NONE && outside != at::Float32Precision::IEEE;
        }
        return false;
    }

  private:
    void change(int by, bool is_exact, bool is_same_bits) {
        scopes_ += by;
        if (is_exact) exact_scopes_ += by;
        if (is_same_bits) same_bits_scopes_ += by;
        for (const auto& one : float32_) one.set(scopes_ == 0 ? one.before : one.needed(exact_scopes_ > 0));
        const bool same_bits = same_bits_before_ || same_bits_scopes_ > 0;
        if (at::globalContext().deterministicCuDNN() != same_bits) at::globalContext().setDeterministicCuDNN(same_bits);
    }

    std::mutex guard_;
    int scopes_ = 0, exact_scopes_ = 0, same_bits_scopes_ = 0;
    bool same_bits_before_ = false;
    std::array<float32_switch, 4> float32_{{{at::Float32Backend::CUDA, at::Float32Op::CONV},
                                            {at::Float32Backend::CUDA, at::Float32Op::MATMUL},
                                            {at::Float32Backend::MKLDNN, at::Float32Op::CONV},
                                            {at::Float32Backend::MKLDNN, at::Float32Op::MATMUL}}};
};

process_switches& switches() {
    static process_switches of_process;
    return of_process;
}

bool wants_same_bits() {
    const char* wish = std::getenv("CORTEXPR_CUDNN");
    return wish == nullptr || std::string_view(wish) != "any";
}

}  // namespace

float32_precision::float32_precision(precision wanted)
    : is_exact_(wanted != precision::tf32), is_same_bits_(wants_same_bits()) {
    switches().open(is_exact_, is_same_bits_);
}

float32_precision::~float32_precision() { switches().close(is_exact_, is_same_bits_); }

bool float32_precision::lowers_products(at::DeviceType device) {
    const auto backend = device == at::kCUDA ? at::Float32Backend::CUDA : at::Float32Backend::MKLDNN;
    return at::autocast::is_autocast_enabled(device) || switches().is_lowered(backend, at::Float32Op::MATMUL);
}

bool float32_precision::lowers_convolutions_on_cpu() {
    return at::autocast::is_autocast_enabled(at::kCPU) ||
           switches().is_lowered(at::Float32Backend::MKLDNN, at::Float32Op::CONV);
}

}  // namespace cortexpr::executors
