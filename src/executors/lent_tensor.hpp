#pragma once
// Tensors over memory that is used again.

#include "../memory.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <memory>
#include <utility>

namespace cortexpr::executors {

/// A tensor on the CPU. Its memory goes back when the last reference is gone; what it is borrowed from lives as long.
template <class Owner, class Value>
at::Tensor lent_tensor(std::shared_ptr<Owner> owner, borrowed_array<Value> memory, at::IntArrayRef sizes,
                       const at::TensorOptions& options) {
    struct lent {
        std::shared_ptr<Owner> owner;
        borrowed_array<Value> memory;  // goes back before the owner may go
    };
    auto keeper = std::make_shared<lent>(lent{std::move(owner), std::move(memory)});
    auto* const data = keeper->memory.data();
    return at::from_blob(
        data, sizes, [keeper = std::move(keeper)](void*) {}, options);
}

}  // namespace cortexpr::executors
