#include "saved_memory.hpp"

#include "../lent_tensor.hpp"

#include <c10/core/ScalarType.h>

#include <utility>

namespace cortexpr::executors::planned {

at::Tensor saved_tensor(std::shared_ptr<memory_store> store, at::IntArrayRef sizes, at::ScalarType type) {
    std::size_t bytes = c10::elementSize(type);
    for (const auto side : sizes) bytes *= static_cast<std::size_t>(side);
    borrowed_array<std::byte> memory(*store, bytes);
    return lent_tensor(std::move(store), std::move(memory), sizes, at::TensorOptions().dtype(type));
}

}  // namespace cortexpr::executors::planned
