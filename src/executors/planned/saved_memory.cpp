#include "saved_memory.hpp"

#include <ATen/ops/from_blob.h>

#include <c10/core/ScalarType.h>

#include <utility>

namespace cortexpr::executors::planned {

at::Tensor saved_tensor(std::shared_ptr<memory_store> store, at::IntArrayRef sizes, at::ScalarType type) {
    struct lent {
        std::shared_ptr<memory_store> store;
        borrowed_array<std::byte> memory;  // goes back before the store may go
    };
    std::size_t bytes = c10::elementSize(type);
    for (const auto side : sizes) bytes *= static_cast<std::size_t>(side);
    auto& from = *store;
    auto keeper = std::make_shared<lent>(lent{std::move(store), borrowed_array<std::byte>(from, bytes)});
    auto* const data = keeper->memory.data();
    return at::from_blob(
        data, sizes, [keeper = std::move(keeper)](void*) {}, at::TensorOptions().dtype(type));
}

}  // namespace cortexpr::executors::planned
