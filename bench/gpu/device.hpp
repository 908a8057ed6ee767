#pragma once
// What the checks and timings of the CUDA kernels share: the library, memory on the device, drawn numbers, reports.

#include "kernels/cuda/bfloat16.hpp"

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace gpu_bench {

using namespace cortexpr;
using namespace cortexpr::kernels;
using namespace cortexpr::kernels::cuda;

inline void* library = nullptr;  ///< that is checked

[[noreturn]] inline void fail(const std::string& why) {
    std::fprintf(stderr, "gpu_kernels: %s\n", why.c_str());
    std::exit(1);
}

/// A function of the library, by its declaration's type.
template <class Function>
Function* function_of(const char* name) {
    auto* found = reinterpret_cast<Function*>(dlsym(library, name));
    if (found == nullptr) fail(std::string("the library lacks ") + name);
    return found;
}
#define CORTEXPR_LOADED(name) gpu_bench::function_of<decltype(name)>(#name)

inline void check(int error) {
    if (error != 0) fail(cudaGetErrorString(static_cast<cudaError_t>(error)));
}

/// A vector's copy on the device; whoever asks for it frees it.
template <class Value>
Value* sent(const std::vector<Value>& from) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, std::max<std::size_t>(from.size(), 1) * sizeof(Value)));
    check(cudaMemcpy(memory, from.data(), from.size() * sizeof(Value), cudaMemcpyHostToDevice));
    return static_cast<Value*>(memory);
}

/// What lies on the device, back here.
template <class Value>
std::vector<Value> values(const Value* from, std::size_t count) {
    std::vector<Value> result(count);
    check(cudaMemcpy(result.data(), from, count * sizeof(Value), cudaMemcpyDeviceToHost));
    return result;
}

/// The device's copy of a vector.
template <class Value>
class on_device {
  public:
    explicit on_device(const std::vector<Value>& values) : count_(values.size()), data_(sent(values)) {}
    on_device(const on_device&) = delete;
    on_device& operator=(const on_device&) = delete;
    ~on_device() { cudaFree(data_); }

    Value* data() const { return data_; }
    std::vector<Value> values() const { return gpu_bench::values(data_, count_); }

  private:
    std::size_t count_;
    Value* data_;
};

/// Copies of vectors of any type on the device, which last as long as this.
class device_copies {
  public:
    device_copies() = default;
    device_copies(const device_copies&) = delete;
    device_copies& operator=(const device_copies&) = delete;
    ~device_copies() {
        for (void* one : all_) cudaFree(one);
    }

    template <class Value>
    Value* put(const std::vector<Value>& from) {
        auto* memory = sent(from);
        all_.push_back(memory);
        return memory;
    }

  private:
    std::vector<void*> all_;
};

template <class Storage = float>
std::vector<Storage> drawn(std::size_t size, double low, double high, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<Storage> values(size);
    for (auto& value : values) value = stored<Storage>(widened(narrowed(static_cast<float>(uniform(generator)))));
    return values;
}

/// The largest difference, relative to the largest number; infinite where one is NaN.
template <class Value>
double error_of(const std::vector<Value>& found, const std::vector<Value>& expected) {
    double worst = 0, scale = 1e-30;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(double{widened(found[i])} - widened(expected[i]));
        if (!(error < INFINITY)) return INFINITY;
        worst = std::max(worst, error);
        scale = std::max(scale, std::abs(double{widened(expected[i])}));
    }
    return worst / scale;
}

inline bool all_good = true, is_first = true;

inline void report(const std::string& what, double error, double bound) {
    all_good = all_good && error <= bound;
    std::printf("%s\n    {\"what\": \"%s\", \"error\": %.3g, \"bound\": %.3g, \"good\": %s}", is_first ? "" : ",",
                what.c_str(), error < INFINITY ? error : 1e30, bound, error <= bound ? "true" : "false");
    is_first = false;
}

/// Microseconds of one launch, the median of many.
template <class Run>
double microseconds(Run run) {
    constexpr int warmup = 20, repeats = 200;
    cudaEvent_t start, stop;
    check(cudaEventCreate(&start));
    check(cudaEventCreate(&stop));
    std::vector<double> taken;
    for (int i = 0; i < warmup + repeats; ++i) {
        check(cudaEventRecord(start, nullptr));
        run();
        check(cudaEventRecord(stop, nullptr));
        check(cudaEventSynchronize(stop));
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, start, stop));
        if (i >= warmup) taken.push_back(milliseconds * 1e3);
    }
    std::sort(taken.begin(), taken.end());
    return taken[taken.size() / 2];
}

/// One entry of the object that is being printed.

// One file for each kind of kernels: what holds the device's results to the CPU's, and what times them, as members of a
// JSON object.
void check_on_chip();
void time_on_chip(bool is_sized);
void check_fused();
void check_connectomes();
void time_connectomes();
void check_training_step();
void time_training_step();

}  // namespace gpu_bench
