#include "memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>

namespace cortexpr {

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

std::size_t whole(std::size_t bytes, std::size_t of) { return (bytes + of - 1) / of * of; }

std::size_t page() {
    static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

/// From the system itself, at a huge page: arrays of many megabytes that come and go would leave holes in the heap.
std::byte* mapped(std::size_t bytes) {
    void* const found = mmap(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) throw std::bad_alloc();
    auto* const first = static_cast<std::byte*>(found);
    const auto before =
        whole(reinterpret_cast<std::uintptr_t>(first), huge_page) - reinterpret_cast<std::uintptr_t>(first);
    if (before > 0) munmap(first, before);
    munmap(first + before + bytes, huge_page - before);
    madvise(first + before, bytes, MADV_HUGEPAGE);  // advice: without it all is as right
    return first + before;
}

}  // namespace

raw_memory::raw_memory(std::size_t bytes) : size_(bytes) {
    if (bytes == 0) return;
    if (bytes >= huge_page) {
        size_ = whole(bytes, page());  // the end, less than a huge page, takes what it needs
        bytes_ = {mapped(size_), {size_}};
        return;
    }
    size_ = whole(bytes, cache_line);
    bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(cache_line, size_)));
    if (bytes_ == nullptr) throw std::bad_alloc();
}

void memory_release::operator()(std::byte* memory) const {
    if (mapped_bytes > 0) {
        munmap(memory, mapped_bytes);
        return;
    }
    std::free(memory);
}

memory_store::memory_store(std::size_t most) : most_(most) { free_.reserve(most); }

raw_memory memory_store::take(std::size_t bytes) {
    if (bytes > 0) {
        const std::lock_guard hold(mutex_);
        // The smallest that has room. One with much more room is left for an array of its own size: another would have
        // to be made for that. How much is much is not tuned.
        const auto fits = std::ranges::min_element(free_, {}, [bytes](const raw_memory& one) {
            return one.size() >= bytes ? one.size() : std::numeric_limits<std::size_t>::max();
        });
        if (fits != free_.end() && fits->size() >= bytes &&
            fits->size() - bytes <= std::max(bytes / 4, std::min(bytes, huge_page))) {
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
    if (free_.size() == most_) free_.erase(free_.begin());
    free_.push_back(std::move(memory));
}

}  // namespace cortexpr
