#include "saved_memory.hpp"

#include <ATen/ops/from_blob.h>

#include <c10/core/ScalarType.h>
#include <sys/mman.h>

#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

namespace cortexpr::executors::planned {

struct saved_memory::block {
    void* memory = nullptr;
    std::size_t size = 0;
};

/// One block is saved: a training run has one such tensor at a time.
struct saved_memory::shelf {
    std::mutex guard;
    block free;
};

namespace {

constexpr std::size_t huge_page = std::size_t{1} << 21;

void* allocated(std::size_t size) {
    void* memory = std::aligned_alloc(huge_page, size);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, size, MADV_HUGEPAGE);  // a wish; without it there are just more pages
    return memory;
}

}  // namespace

saved_memory::saved_memory() : shelf_(std::make_unique<shelf>()) {}

saved_memory::~saved_memory() { std::free(shelf_->free.memory); }

at::Tensor saved_memory::take(at::IntArrayRef sizes, at::ScalarType type) {
    std::size_t size = c10::elementSize(type);
    for (const auto side : sizes) size *= static_cast<std::size_t>(side);
    size = (size + huge_page - 1) / huge_page * huge_page;
    block taken;
    {
        const std::lock_guard hold(shelf_->guard);
        if (shelf_->free.size >= size && shelf_->free.size <= 2 * size) taken = std::exchange(shelf_->free, {});
    }
    if (taken.memory == nullptr) taken = {allocated(size), size};
    const auto give_back = [keeper = shared_from_this(), taken](void*) {
        auto freed = taken;
        {
            const std::lock_guard hold(keeper->shelf_->guard);
            std::swap(freed, keeper->shelf_->free);
        }
        std::free(freed.memory);
    };
    return at::from_blob(taken.memory, sizes, give_back, at::TensorOptions().dtype(type));
}

}  // namespace cortexpr::executors::planned
