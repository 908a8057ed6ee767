#include "memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace cortexpr::executors::sparse {

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20, cache_line = 64;
// A training step borrows states, weights in both orders and their gradients, drives and adjoints, with some to spare.
constexpr std::size_t most_kept = 16;

}  // namespace

raw_memory::raw_memory(std::size_t bytes) : size_(bytes) {
    if (bytes == 0) return;
    const auto alignment = bytes < huge_page ? cache_line : huge_page;
    size_ = (bytes + alignment - 1) / alignment * alignment;
    bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, size_)));
    if (bytes_ == nullptr) throw std::bad_alloc();
#ifdef __linux__
    if (size_ >= huge_page) madvise(bytes_.get(), size_, MADV_HUGEPAGE);  // advice: without it all is as right
#endif
}

void raw_memory::release::operator()(std::byte* memory) const { std::free(memory); }

memory_store::memory_store() { free_.reserve(most_kept); }

raw_memory memory_store::take(std::size_t bytes) {
    if (bytes > 0) {
        const std::lock_guard hold(mutex_);
        const auto fits = std::ranges::find_if(
            free_, [bytes](const raw_memory& one) { return one.size() >= bytes && one.size() / 2 <= bytes; });
        if (fits != free_.end()) {
            auto memory = std::move(*fits);
            free_.erase(fits);
            return memory;
        }
    }
    return raw_memory(bytes);
}

void memory_store::give_back(raw_memory memory) noexcept {
    if (memory.size() == 0) return;
    const std::lock_guard hold(mutex_);
    if (free_.size() == most_kept) free_.erase(free_.begin());
    free_.push_back(std::move(memory));
}

}  // namespace cortexpr::executors::sparse
