#pragma once
// The memory in which a network saves what its backward pass will need, used again by the next run: fresh memory of
// that size would cost the system more than the arithmetic that fills it.

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>

namespace cortexpr::executors::planned {

class saved_memory : public std::enable_shared_from_this<saved_memory> {
  public:
    saved_memory();
    saved_memory(const saved_memory&) = delete;
    saved_memory& operator=(const saved_memory&) = delete;
    ~saved_memory();

    /// A tensor on the CPU, not initialised. Its memory comes back here when the last reference is gone, and is freed
    /// with the last of network and tensors.
    at::Tensor take(at::IntArrayRef sizes, at::ScalarType type);

  private:
    struct block;
    struct shelf;
    std::unique_ptr<shelf> shelf_;
};

}  // namespace cortexpr::executors::planned
