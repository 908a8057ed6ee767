#pragma once
// Work that is done again and again in the same memory, and so can be recorded once and replayed.

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <functional>
#include <memory>

namespace cortexpr {

class repeated_work {
  public:
    repeated_work() = default;
    repeated_work(const repeated_work&) = delete;
    repeated_work& operator=(const repeated_work&) = delete;
    virtual ~repeated_work() = default;

    /// Has the effect of calling `work`, which is the same each time. What it throws is thrown on.
    virtual void run(const std::function<void()>& work) = 0;

    /// Kernels and copies that a replay starts; 0 while that isn't known.
    virtual std::size_t launches() const { return 0; }
};

/// As one CUDA graph; `generator` is the one on the device that the work draws from.
/// \throws usage_error  the device is none of CUDA's, or the library for it can't be loaded
std::unique_ptr<repeated_work> cuda_graph_on(c10::Device device, const at::Generator& generator);

}  // namespace cortexpr
